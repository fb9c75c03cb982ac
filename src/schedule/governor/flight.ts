/** How many at the same time an answered attempt found. */
export interface Flight {
  /** Leases held, its own included. */
  readonly running: number
  /** Attempts that had begun on the lane when its own did, its own included. */
  readonly mark: number
  /** The same now. */
  readonly begun: number
}
