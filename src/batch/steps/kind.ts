import type * as v from 'valibot'
import type { LaneMode } from '../../core/resource.ts'
import type { LaneLimits } from '../../schedule/limits.ts'
import type { KnownNames, Shape } from '../template/names.ts'
import type { TemplateKind } from '../template/render.ts'
import type { Template } from '../template/template.ts'
import type { Models } from './models.ts'
import type { Step } from './step.ts'

/** A kind of step: what may be said of it in a job, and how that becomes a step. */
export interface StepKind {
  /** By which a job names it; also what its result is called unless the job says `as`. */
  readonly key: string
  readonly result: string
  readonly schema: v.GenericSchema<unknown, object>
  /** It can stand alone, as a word: all its options have defaults. */
  readonly isBare: boolean
  /** @returns undefined where something is wrong with it, which `site` was told */
  make(options: never, site: StepSite): Promise<MadeStep | undefined> | MadeStep | undefined
}

export interface MadeStep {
  readonly steps: readonly Step[]
  /** What its result looks like, if it has one. */
  readonly shape?: Shape
  /** Its result is what the item says from here on. */
  readonly isText?: boolean
  /** Lanes that it needs beside those of the job. */
  readonly lanes?: Readonly<Record<string, LaneLimits>>
}

/** Where a step stands: what came before it, and what it is made with. */
export interface StepSite {
  /** Unique in the job. */
  readonly name: string
  readonly names: KnownNames
  /** Of the job file: what paths start from. */
  readonly folder: string
  /** What stands for the code of functions in a job of TypeScript, where they name no version. */
  readonly codeVersion: string
  /** The items are texts of the user's own list or pattern: they may name files of this machine. */
  readonly mayReadFiles: boolean
  readonly models: Models
  /** How a lane sends what it is given: in batches, at another price. */
  modeOf(lane: string): LaneMode
  /** Tells which file of the user's it is made from: no output is to overwrite it. */
  reads(path: string): void
  /** @param path from the step's options to what is wrong */
  fault(message: string, path?: Path, tag?: string): void
  /** Tells of its faults, and gives it all the same. */
  template(source: string, kind: TemplateKind, path: Path, file?: string): Template
}

export type Path = readonly (string | number)[]
