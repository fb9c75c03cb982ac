import { createStep, createWorkflow } from '@mastra/core/workflows'
import { z } from 'zod'
import { measureContender, noop } from '../../contest/contender.ts'

// Not registered with a Mastra instance, which would add its storage: this is the cheapest way there is.
const step = createStep({
  id: 'noop',
  inputSchema: z.number(),
  outputSchema: z.number(),
  execute: ({ inputData }) => noop(inputData),
})
const workflow = createWorkflow({ id: 'items', inputSchema: z.array(z.number()), outputSchema: z.array(z.number()) })
  .foreach(step, { concurrency: 100 })
  .commit()

await measureContender(async (items) => {
  const run = await workflow.createRun()
  const outcome = await run.start({ inputData: [...items] })
  if (outcome.status !== 'success') throw new Error(`the workflow ended as ${outcome.status}`)
  return outcome.result.length
})
