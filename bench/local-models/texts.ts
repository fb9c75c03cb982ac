export const question: string = 'Name the things that a harbour needs. '.repeat(2)

/** About 200 tokens of the models that are written for this. */
export const passage: string = 'the harbour was full of small boats, and each of them had a name. '.repeat(6)
