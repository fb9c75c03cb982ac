import { Annotation, END, Send, START, StateGraph } from '@langchain/langgraph'
import { measureContender, noop } from '../../contest/contender.ts'

const State = Annotation.Root({
  items: Annotation<readonly number[]>,
  // In place, which is cheaper than the `concat` of its documentation.
  results: Annotation<number[], number>({
    reducer: (results, result) => {
      results.push(result)
      return results
    },
    default: () => [],
  }),
})

const graph = new StateGraph(State)
  .addNode('noop', async ({ item }: { item: number }) => ({ results: await noop(item) }))
  .addConditionalEdges(START, ({ items }) => items.map((item) => new Send('noop', { item })), ['noop'])
  .addEdge('noop', END)
  .compile()

await measureContender(async (items) => {
  const { results } = await graph.invoke({ items }, { maxConcurrency: 100 })
  return results.length
})
