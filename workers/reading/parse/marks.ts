/**
 * Noncharacters that stand for a check box of a task list while the page is a document: extraction removes form controls, but
 * keeps text. No page holds them by right: Unicode reserves them for internal use.
 */
export const taskOpen = '\ufdd0'
export const taskDone = '\ufdd1'

/** Classes of the elements that stand for a formula: its TeX is their text. */
export const inlineFormula = 'weft-formula'
export const displayedFormula = 'weft-formula-displayed'
