import { askKind } from './ask.ts'
import { chunkKind } from './chunk.ts'
import { collectKind } from './collect.ts'
import { dedupeKind } from './dedupe.ts'
import { embedKind } from './embed.ts'
import { extractKind } from './extract.ts'
import { filterKind } from './filter.ts'
import type { StepKind } from './kind.ts'
import { rankKind } from './rank.ts'
import { readKind } from './read.ts'
import { runKind } from './run.ts'
import { searchKind } from './search.ts'
import { summariseKind } from './summarise.ts'

/** Every kind of step that a job may name. */
export const stepKinds: readonly StepKind[] = [
  readKind,
  searchKind,
  chunkKind,
  summariseKind,
  extractKind,
  askKind,
  embedKind,
  rankKind,
  dedupeKind,
  filterKind,
  runKind,
  collectKind,
]
