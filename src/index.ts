// Table of contents: everything that weft offers.

export { type AnthropicOptions, anthropic } from '../models/anthropic.ts'
export {
  type CatalogueEntry,
  findModel,
  loadCatalogue,
  memoryBytes,
  modelsThatFit,
  type ResolvedModel,
  resolveModel,
} from '../models/catalogue.ts'
export { extractive } from '../models/extractive.ts'
export { type LexicalOptions, lexical, lexicalOf } from '../models/lexical.ts'
export { type LlamaModel, type LlamaOptions, llama } from '../models/llama.ts'
export type {
  Delta,
  DescribedSchema,
  Embedder,
  GenerateRequest,
  Generation,
  Generator,
  JsonSchema,
  Message,
  Model,
  ModelContext,
  ModelUsage,
  StopReason,
  Structured,
  SummariseRequest,
  Summariser,
  Summary,
  TextPart,
  ToolCall,
  ToolResult,
  ToolSpecification,
} from '../models/model.ts'
export type { Price, Rates } from '../models/prices.ts'
export { type Answer, type AskOptions, ask } from '../models/steps/ask.ts'
export { type Deduped, type DedupeOptions, dedupe } from '../models/steps/dedupe.ts'
export { type EmbedAllOptions, embed, embedAll } from '../models/steps/embed.ts'
export { type ExtractOptions, extract } from '../models/steps/extract.ts'
export { documentRule, fenced } from '../models/steps/fence.ts'
export { type GenerateOptions, generate, type StructureOptions } from '../models/steps/generate.ts'
export type { PromptOptions, Round } from '../models/steps/prompted.ts'
export { type Ranked, type RankOptions, type RankRequest, rank } from '../models/steps/rank.ts'
export { summarise } from '../models/steps/summarise.ts'
export type { GeneratedSummaryOptions, SummariseOptions } from '../models/steps/summarise-by.ts'
export type { TextSource } from '../models/steps/text-of.ts'
export type { Duplicate } from '../workers/lexical/near-duplicates.ts'
export type { Page, PageSource } from '../workers/reading/page.ts'
export type {
  ChangedEffects,
  JobLane,
  JobProgress,
  JobReport,
  JobRun,
  JobRunOptions,
  StepProgress,
} from './batch/durable/job-run.ts'
export { openJobRun } from './batch/durable/open-job-run.ts'
export type { JobDefinition, JobInput, JobOutputDefinition, JobStep } from './batch/job/file/definition.ts'
export { job } from './batch/job/file/job.ts'
export type { RunInput } from './batch/steps/run.ts'
export type { ItemView } from './batch/template/item-view.ts'
export { type Clock, systemClock, type Timer } from './core/clock.ts'
export { type BuiltInCode, codes } from './core/codes.ts'
export type { LaneEvent, Listener, RunEvent, WeftEvent } from './core/event.ts'
export {
  type CauseRecord,
  type ErrorRecord,
  Failure,
  type FailureDetails,
  type FailureOptions,
  type FailureRecord,
} from './core/failure.ts'
export type {
  GraphInput,
  GraphOutcomes,
  GraphRun,
  GraphTaskOptions,
  NeedValues,
  OptionalNeed,
  Plan,
  TaskHandle,
} from './core/graph.ts'
export type { GraphContext, GraphFunction, GraphWork } from './core/graph-task.ts'
export type { LaneState, RateName, RateState } from './core/lane-state.ts'
export type { Notes } from './core/notes.ts'
export {
  type Cancelled,
  type Done,
  type Failed,
  type Outcome,
  type OutcomeStatus,
  type Skipped,
  unwrap,
  values,
} from './core/outcome.ts'
export type {
  AnyResult,
  BestOfOptions,
  BestOfResult,
  ContestOptions,
  FanOutOptions,
  FanOutResult,
  Grid,
  PhaseOptions,
  Point,
  QuorumResult,
  RaceResult,
  RunOf,
  Scored,
  Unranked,
} from './core/patterns.ts'
export type { FlatMapOptions, PipelineOptions, StepOptions } from './core/pipeline.ts'
export type { Deadline, Policy, Quorum } from './core/policy.ts'
export type { FailureKind, ProviderLimits, ProviderReport, RateWindow } from './core/provider.ts'
export type { BatchLimits, LaneControl, LaneMode, Resource, ResourceServices } from './core/resource.ts'
export type { RetryPolicy } from './core/retry.ts'
export type {
  BudgetOptions,
  HedgeOptions,
  MapOptions,
  MapRun,
  Progress,
  RetryOptions,
  Run,
  RunOptions,
  Source,
  StreamOptions,
  StreamRun,
  TaskOptions,
} from './core/run.ts'
export type { SchemaIssue, SchemaResult, StandardSchema } from './core/standard-schema.ts'
export type {
  Blocking,
  LaneStatistics,
  LoopDelay,
  MeanAndMax,
  PathLink,
  RunStatistics,
  StageStatistics,
} from './core/statistics.ts'
export { equation, type Tally } from './core/tally.ts'
export type {
  BoundTask,
  CallOptions,
  CheckedFanOut,
  FanOut,
  InlineTask,
  LaneTask,
  Patterns,
  Pipeline,
  Score,
  Task,
  TaskContext,
  WorkerTask,
} from './core/task.ts'
export { transfer } from './core/transfer.ts'
export type { Usage } from './core/usage.ts'
export { type WorkerTasks, worker } from './core/worker.ts'
export { optional, task } from './flow/graph/task.ts'
export { type TableRow, table } from './flow/items/grid.ts'
export { deadline, quorum } from './flow/run/policy.ts'
export type {
  Durability,
  ItemNumber,
  Journal,
  JournalOptions,
  Marks,
  NewRun,
  Recorded,
  Reopening,
  RunJournal,
  RunRow,
  RunState,
  Settled,
  Work,
  WorkFigures,
} from './journal/journal.ts'
export { memoryJournal } from './journal/memory-journal.ts'
export { openJournal } from './journal/open-journal.ts'
export { createRuntime, type Runtime, type RuntimeOptions } from './runtime.ts'
export type { LaneHandle } from './schedule/lane-handle.ts'
export type { LaneLimits } from './schedule/limits.ts'
export type { FetchedPage, LookupAll, ResolvedAddress, WebClient, WebOptions } from './web/contract.ts'
export { type PulledModel, type PullOptions, type PullProgress, pullModel } from './web/pull/pull.ts'
export { removeModel } from './web/pull/remove.ts'
export { cpu } from './worker-files.ts'
