import type { Chrome } from './chrome.ts'
import { en } from './en.ts'

/** The words round an article, by primary language subtag. */
export const languages: Readonly<Record<string, Chrome>> = { en }
