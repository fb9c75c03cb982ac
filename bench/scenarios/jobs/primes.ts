import { type JobDefinition, job } from '../../../src/index.ts'

/** A job in TypeScript: its items and steps may be values and functions. Counts primes on worker threads, then says which counts are even. */
const primes: JobDefinition = job({
  name: 'primes',
  input: { items: Array.from({ length: 40 }, (_, at) => ({ below: (at + 1) * 1_000 })) },
  steps: [
    { run: { module: './count-primes.ts', export: 'countPrimes', as: 'primes' } },
    {
      run: {
        task: ({ results }) => ({ primes: results.primes, isEven: Number(results.primes) % 2 === 0 }),
        as: 'verdict',
      },
    },
  ],
  output: { jsonl: 'out/primes.jsonl', ordered: true },
})

export default primes
