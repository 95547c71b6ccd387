// Counts words exactly as the portal does (sandbox/domain/words.py); one table of cases tests both.

import { CharacterCount } from 'govuk-frontend'

const WORD = /[^\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu

export const countWords = (text) => (text.match(WORD) || []).length

// The words that are left, live: <div data-module="portal-words" data-maxlength="300" data-count-type="words">.
export class WordCount extends CharacterCount {
  static moduleName = 'portal-words'

  updateCount () {
    this.count = countWords(this.$textarea.value)
  }
}
