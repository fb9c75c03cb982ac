import { type BenchResult, type BenchSize, round } from '../result.ts'
import { drive, type Service } from './provider/drive.ts'

const concurrent = { concurrent: 20, answerMs: 4_000 }
const perMinute = { perMinute: 600, answerMs: 500 }
const services: readonly (Service & { readonly name: string })[] = [
  { name: '20 at the same time', ...concurrent, hasHeaders: false },
  { name: '20 at the same time', ...concurrent, hasHeaders: true },
  { name: '600 a minute', ...perMinute, hasHeaders: false },
  { name: '600 a minute', ...perMinute, hasHeaders: true },
  { name: '20 at the same time, answers vary', ...concurrent, sigma: 0.6, hasHeaders: false },
  { name: '600 a minute, a minute at once', ...perMinute, burst: 600, hasHeaders: false },
  { name: '600 a minute, answers vary', ...perMinute, sigma: 0.6, hasHeaders: false },
  { name: '600 a minute, answers vary', ...perMinute, sigma: 0.6, hasHeaders: true },
  { name: '20 at the same time, 5 % by chance', ...concurrent, noise: 0.05, hasHeaders: false },
  { name: '600 a minute, 5 % by chance', ...perMinute, noise: 0.05, hasHeaders: false },
]

/** The first four are what it must find. */
const claimed = 4

/** A lane that is told nothing, before a provider that allows so much and says so by 429 alone, or in headers too. */
export async function bench({ smoke }: BenchSize): Promise<BenchResult> {
  const minutes = smoke ? 3 : 20
  const settledMs = 120_000
  const driven = []
  for (const service of services) driven.push({ service, ...(await drive(service, minutes, settledMs)) })
  const must = driven.slice(0, claimed)
  return {
    name: 'governor',
    about: `what is used of what a provider allows, and what it refuses, from 120 s to ${minutes} simulated minutes; headroom 5 %`,
    rows: driven.map(({ service, share, refused, changes }) => ({
      provider: service.name,
      headers: service.hasHeaders ? 'yes' : 'no',
      'share used': round(share, 3),
      'refused %': round(100 * refused),
      changes: changes.length,
    })),
    claims: [
      {
        what: 'share of what is allowed, the least of the four',
        measured: round(Math.min(...must.map(({ share }) => share)), 4),
        atLeast: 0.9,
      },
      {
        what: 'part that is refused, the most of the four',
        measured: round(Math.max(...must.map(({ refused }) => refused)), 4),
        atMost: 0.02,
      },
    ],
  }
}
