"""What runs inside the limited child process, and nowhere else: the only modules that import WeasyPrint and pyHanko."""
