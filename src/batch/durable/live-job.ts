import { Failure, messageOf } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Pipeline } from '../../core/task.ts'
import type { RunState, Settled } from '../../journal/journal.ts'
import type { RecordSink } from '../sinks/record-sink.ts'
import { Course, type CourseParts } from './course.ts'
import { Pace } from './figures/pace.ts'
import type { Entry } from './item/entry.ts'
import type { JobParts } from './job-parts.ts'
import type { JobProgress, JobReport, JobRun, ReplacedFile } from './job-run.ts'
import { removePartials } from './output/partials.ts'
import { rewrite } from './output/rewrite.ts'
import { progressOf } from './progress.ts'
import { reportOf } from './report.ts'

/** A durable run from its beginning to its end: whatever happens, what was done is recorded, and everything is closed. */
export class LiveJob implements JobRun {
  readonly #parts: JobParts
  readonly #course: Course
  readonly #startedAt = performance.now()
  readonly #pace: Pace
  readonly #stopping = new AbortController()
  readonly #bytesBefore: number
  readonly #replaced: ReplacedFile[] = []
  readonly #kept: string[] = []
  #line: Pipeline<Entry, Entry> | undefined
  #stop: { readonly how: 'drain' | 'cancel'; readonly reason: string | undefined } | undefined
  #isPaused = false
  #broken: Failure | undefined
  #ended: Promise<JobReport> | undefined

  constructor(parts: JobParts) {
    this.#parts = parts
    this.#bytesBefore = parts.journal.run.marks.output.bytes
    this.#pace = new Pace(parts.shape.steps.length)
    this.#course = new Course({ ...parts, broke: this.#broke, stopping: this.#stopping.signal } satisfies CourseParts)
  }

  get id(): string {
    return this.#parts.journal.run.id
  }

  get isResumed(): boolean {
    return this.#parts.isResumed
  }

  get ended(): Promise<JobReport> {
    return this.#ended!
  }

  start(): void {
    this.#ended = this.#run()
    // Whoever does not await it is not to be killed by it.
    this.#ended.catch(() => {})
  }

  progress(): JobProgress {
    const { plan, runtime, shape } = this.#parts
    const wallMs = performance.now() - this.#startedAt
    return progressOf({ plan, shape, runtime, course: this.#course, line: this.#line, pace: this.#pace, wallMs })
  }

  drain(reason?: string): void {
    this.#end('drain', reason)
  }

  cancel(reason?: string): void {
    this.#end('cancel', reason)
  }

  pause(): void {
    this.#isPaused = true
    this.#line?.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#line?.resume()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel('the run was closed')
    await this.#ended?.catch(() => {})
  }

  async #run(): Promise<JobReport> {
    const { options, resources, runtime } = this.#parts
    const onAbort = (): void => this.cancel(messageOf(options.signal!.reason))
    options.signal?.addEventListener('abort', onAbort)
    if (options.signal?.aborted) onAbort()
    try {
      await this.#go()
      const state = await this.#finish()
      return reportOf({
        ...this.#parts,
        course: this.#course,
        line: this.#line ?? runtime.pipeline<Entry>([]),
        state,
        broken: this.#broken,
        replaced: this.#replaced,
        kept: this.#kept,
      })
    } finally {
      options.signal?.removeEventListener('abort', onAbort)
      await resources.disposeAsync().catch((thrown) => this.#parts.note(`closing: ${messageOf(thrown)}`))
    }
  }

  async #go(): Promise<void> {
    const course = this.#course
    const { note } = this.#parts
    try {
      await this.#parts.journal.setState('running')
      await course.open()
      this.#line = course.line(this.#stopping.signal)
      if (this.#isPaused) this.#line.pause()
      if (this.#stop !== undefined) this.#line[this.#stop.how](this.#stop.reason)
      for await (const outcome of this.#line) {
        course.ended(outcome as Outcome<Entry, Entry>)
        await course.room()
      }
    } catch (thrown) {
      this.#broke(Failure.from(thrown))
    }
    await course.close()
    const { stayedDead } = course
    if (stayedDead > 0) note(`${stayedDead} that are dead stay so: weft retry ${this.id} --dead does them again`)
  }

  async #finish(): Promise<RunState> {
    const { journal, records, report, isRetry, shape, givenUp, note } = this.#parts
    const course = this.#course
    let state: RunState = this.#broken === undefined && course.isComplete ? 'finished' : 'stopped'
    try {
      if (state === 'finished' && isRetry) {
        course.book.begunAnew()
        const each = (row: Settled): void => course.book.confirm(row)
        const { counts, bytes } = await rewrite({ journal, shape, replay: course.replay, records, report, each })
        course.rewritten(counts, bytes)
      }
      if (state === 'finished') {
        for (const sink of [records, report]) if (sink !== undefined) await this.#publish(sink)
        await removePartials(givenUp)
      }
    } catch (thrown) {
      this.#broke(Failure.from(thrown))
      state = 'stopped'
    }
    try {
      course.mark()
      await journal.setState(state)
    } catch (thrown) {
      // Whenever it was that the journal failed, this fails, too: what it has is told no more.
      course.book.keepConfirmed()
      note('done is said only of what is surely recorded: some of what is open may be done when the run goes on')
      this.#broke(Failure.from(thrown))
      state = 'stopped'
    }
    return state
  }

  async #publish(sink: RecordSink): Promise<void> {
    if (this.#course.book.read === 0 && (await sink.withdraw?.())) {
      this.#kept.push(sink.place)
      return
    }
    const bytes = await sink.replaces?.()
    await sink.publish()
    // What a retry writes anew is its own.
    const isOwn = this.#parts.wasFinished && bytes === this.#bytesBefore
    if (bytes !== undefined && !isOwn) this.#replaced.push({ place: sink.place, bytes })
  }

  #end(how: 'drain' | 'cancel', reason: string | undefined): void {
    if (this.#stop?.how === 'cancel' || this.#stop?.how === how) return
    this.#stop = { how, reason }
    this.#stopping.abort(new Failure('CANCELLED', reason ?? how))
    this.#line?.[how](reason)
  }

  /**
   * Nothing can be recorded or written any more, or read, or somebody has to decide first: what was is safe. Where the journal still takes what comes,
   * what runs, and may be paid for, is finished and recorded.
   */
  readonly #broke = (failure: Failure): void => {
    this.#broken ??= failure
    this.#end(isRecordable(failure) ? 'drain' : 'cancel', failure.message)
  }
}

function isRecordable({ code }: Failure): boolean {
  return code === 'OUTPUT_CLOSED' || code === 'OUTPUT_FAILED' || code === 'INTERRUPTED'
}
