/** One way to do the same work. */
export interface Contender extends AsyncDisposable {
  readonly name: string
  /** Does all of it. @returns how much it was: tokens written, or texts embedded */
  run(): Promise<number>
}
