"""The portal in a real browser: the main job, every page under axe, no JavaScript, keyboard only; and pictures."""
