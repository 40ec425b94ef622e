import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureHaetae } from './measure.ts'
import type { Line } from './run.ts'

const EVENTS = 1_500_000
const ROUNDS = 3
const root = fileURLToPath(new URL('..', import.meta.url))

/** A rule that no event matches: what is left is reading, and the state of processes and files. */
const NEVER =
  '- rule: never\n  desc: d\n  condition: evt.type = mount and proc.name = nobody\n  output: x\n  priority: INFO\n'

/** Processor seconds that Falco 0.44.1 takes for the same capture on a machine of this kind, and how many times as fast to be. */
const PEER = {
  never: { seconds: 0.7, limit: undefined },
  stable: { seconds: 1.78, limit: 0.8 },
  every: { seconds: 5.44, limit: 2 },
} as const

/**
 * A capture of 1.5 million events through the whole command, start included, with one rule that never matches, with
 * Falco's stable rules, and with all three of its files. Processor time, all threads; the best of three rounds: other
 * work on the machine only ever adds to it.
 */
export async function run(emit: (line: Line) => void): Promise<void> {
  const writer = join(root, '../shared/bench/scap/bench.mjs')
  const conformance = process.env['HAETAE_CONFORMANCE'] ?? join(root, '../shared/conformance')
  const rules = join(conformance, 'falco/rule_files')
  const command = join(root, 'dist/haetae.cjs')
  if (!existsSync(writer) || !existsSync(rules) || !existsSync(command)) {
    process.stderr.write('bench captures: skipped: needs ../shared and the built command (npm run build)\n')
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  try {
    const capture = join(folder, 'bench.scap')
    spawnSync(process.execPath, [writer, capture, String(EVENTS)], { stdio: 'ignore' })
    const never = join(folder, 'never.yaml')
    writeFileSync(never, NEVER)
    const stable = join(rules, '1c15d5d5_falco_rules.yaml')
    const every = [
      stable,
      ...['47bf8704_falco-incubating_rules', '6849ec5e_falco-sandbox_rules'].map((name) =>
        join(rules, `${name}.yaml`),
      ),
    ]
    for (const [name, files] of Object.entries({ never: [never], stable: [stable], every })) {
      const { seconds, limit } = PEER[name as keyof typeof PEER]
      const call = ['detect', '--events', capture, '--quiet', '--format', 'jsonl', '--rules', ...files]
      const usages = Array.from({ length: ROUNDS }, () => measureHaetae(call))
      const cpu = Math.min(...usages.map((usage) => usage.cpu))
      const goal = limit === undefined ? '' : ` (limit ${limit})`
      emit({ name: `captures: ${name}: CPU time`, value: cpu, unit: 's' })
      emit({
        name: `captures: ${name}: events / CPU second`,
        value: Math.round(EVENTS / cpu),
        unit: 'events/s',
      })
      emit({ name: `captures: ${name}: as fast as Falco${goal}`, value: seconds / cpu, unit: 'x' })
      emit({
        name: `captures: ${name}: memory (limit 300)`,
        value: Math.max(...usages.map((usage) => usage.memory)),
        unit: 'MB',
      })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
