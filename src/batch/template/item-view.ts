/** An item as steps and templates see it. Data only: what a step must not change. */
export interface ItemView {
  /** Of its source; of what an `expand` made, its parent's. After a barrier undefined. */
  readonly input: unknown
  /** Of the steps so far, by their names. */
  readonly results: Readonly<Record<string, unknown>>
  /** What the step before it gave; of the first, the input. */
  readonly last: unknown
  /** Behind a `collect`: what was collected, in the order of the input. */
  readonly items?: readonly ItemView[]
}
