import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { endLeftovers, jsonLines, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { ownSensor } from './own-sensor.ts'
import { toldEvents } from './told-events.ts'

const { path: sensor, otherwise } = sensorBinary()

interface Alert {
  readonly rule: string
  readonly output: string
}

/** Which opened files the kernel tells, seen by what rules make of them. */
describe('opened files that no rule is about', needs(sensor, otherwise), () => {
  let folder = ''
  let alerts: Alert[] = []
  let errors = ''

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'haetae-sieve-')))
    for (const name of ['watched', 'beside', 'beside/inner', 'a']) mkdirSync(join(folder, name))
    writeFileSync(join(folder, 'rules.yaml'), rules(folder))
    const ofTest = ownSensor(sensor, folder)
    const options = ['--sensor', ofTest, '--rules', join(folder, 'rules.yaml'), '--match', 'all']
    const run = start(['detect', '--live', ...options, '--format', 'jsonl', '--stats'])
    const seen = (rule: string) => jsonLines<Alert>(run.stdout()).some((alert) => alert.rule === rule)
    await run.until(() => {
      writeFileSync(join(folder, 'watched', 'begin'), '')
      return seen('Opened')
    })
    const { status, stderr } = spawnSync('python3', ['-c', PROGRAM, folder], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`the program failed: ${stderr}`)
    await run.until(() => {
      writeFileSync(join(folder, 'watched', 'end'), '')
      return jsonLines<Alert>(run.stdout()).some(({ output }) => output.includes('watched/end'))
    })
    await run.stop()
    alerts = jsonLines<Alert>(run.stdout())
    errors = run.stderr()
  })

  afterAll(() => {
    endLeftovers()
    rmSync(folder, { recursive: true, force: true })
  })

  const namesOf = (rule: string) => alerts.filter((alert) => alert.rule === rule).map(({ output }) => output)

  test.each([
    ['by its path', 'absolute'],
    ['by a path with .. in it', 'dotted'],
    ['from the working directory', 'relative'],
    ['from an open folder', 'from-folder'],
    ['from an open folder above', 'from-above'],
    ['by the descriptor of a folder that was one beside before', 'reused'],
    ['by a path with .. in it from a working directory beside', 'up'],
    ['from a working directory that a descriptor gave', 'by-descriptor'],
    ['from a working directory that a link led to', 'link/by-link'],
    ['from the working directory that a child changed for itself', 'of-child'],
    ['from the working directory, in another root', 'chroot'],
    ['from a working directory by way of one beside, as the folder itself', 'itself'],
  ])('one that a rule is about is told, opened %s', (_, name) => {
    expect(namesOf('Opened')).toContainEqual(expect.stringContaining(`name=${folder}/watched/${name};`))
  })

  test('one that a rule knows by its end is told, opened from a folder that no rule is about', () => {
    expect(namesOf('Ends')).toContainEqual(expect.stringContaining(`name=${folder}/beside/inner/the.key;`))
  })

  test('one that a rule knows by its end is told, opened from a working directory that no rule is about', () => {
    for (const name of ['inner/cwd.key', 'inner/child.key', 'inner/run.key'])
      expect(namesOf('Ends')).toContainEqual(expect.stringContaining(`name=${folder}/beside/${name};`))
  })

  test('the descriptor of one beside has its name where a rule is about what is done with it', () => {
    for (const name of ['mode', 'copied', 'inherited'])
      expect(namesOf('Mode')).toContainEqual(
        expect.stringContaining(`name=${folder}/beside/${name}; type=file;`),
      )
  })

  test('the descriptor of one beside is told with the layer of the overlay that it is in', () => {
    expect(namesOf('Mode')).toContainEqual(
      expect.stringContaining(`name=${folder}/beside/layers/merged/made; type=file; upper=true;`),
    )
  })

  test('nothing was lost', () => expect(errors).toContain('"lost":0'))
})

describe('the sieve in the kernel', needs(sensor, otherwise), () => {
  let folder = ''
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'haetae-sieve-')))
    mkdirSync(join(folder, 'inner'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('leaves out opened files and their closing, but no folder', async () => {
    const all = await eventsOf(folder, '-')
    // The folder, the working directory; by each turn five files that are opened and closed, and one that is not there.
    expect(all).toBe(4 + 11 * TURNS)
    const parts = folder.split('/').map((_, at, names) => names.slice(0, at + 1).join('/') || '/')
    const sieve = ['0', `^f:${folder}/watched/`, ...parts.map((part) => `/0:${part}`), '$f:.key']
    expect(await eventsOf(folder, sieve.join(','))).toBe(4)
    expect(await eventsOf(folder, '0,$1:/none')).toBe(4 + TURNS)
    // Of a working directory above what rules are about, all is told.
    const above = [
      '0',
      `^f:${folder}/inner/watched/`,
      ...parts.map((part) => `/0:${part}`),
      `/0:${folder}/inner`,
    ]
    expect(await eventsOf(folder, above.join(','))).toBe(4 + 8 * TURNS)
  })
})

const TURNS = 300

/** How many events the sensor tells of a program that opens files in the folder. */
function eventsOf(folder: string, files: string): Promise<number> {
  const calls = ['--calls', 'openat,close:ok/4,fchmod,chdir,fchdir']
  return toldEvents(MANY, [folder, String(TURNS)], [...calls, '--files', files])
}

const MANY = `
import os, sys
folder, turns = sys.argv[1], int(sys.argv[2])
print('ready', flush=True)
sys.stdin.readline()
def touch(path, **more):
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600, **more))
inner = os.open(folder + '/inner', os.O_RDONLY)
itself = os.open('.', os.O_RDONLY, dir_fd=inner)
os.chdir(folder + '/inner')
os.fchdir(itself)
for i in range(turns):
    touch(folder + '/%d' % i)
    touch('%d' % i, dir_fd=inner)
    touch('%d' % i, dir_fd=itself)
    touch('%d' % i)
    touch('more-%d' % i)
    try:
        os.open(folder + '/missing/none', os.O_RDONLY)
    except FileNotFoundError:
        pass
os._exit(0)
`

const rules = (folder: string) => `
- rule: Opened
  desc: A file of the watched folder was opened.
  condition: evt.type in (open, openat, openat2) and fd.name startswith ${folder}/watched/
  output: name=%fd.name;
  priority: INFO
- rule: Ends
  desc: A key was opened.
  condition: evt.type in (open, openat, openat2) and fd.name endswith .key and fd.name startswith ${folder} and fd.num >= 0
  output: name=%fd.name;
  priority: INFO
- rule: Mode
  desc: The mode of an open file was changed.
  condition: evt.type = fchmod and fd.name startswith ${folder}
  output: name=%fd.name; type=%fd.type; upper=%fd.is_upper_layer;
  priority: INFO
`

/** Opens files in all ways, the folder given as the first argument. */
const PROGRAM = `
import ctypes, os, subprocess, sys
folder = sys.argv[1]
make = os.O_WRONLY | os.O_CREAT
def touch(path, **more):
    os.close(os.open(path, make, 0o600, **more))
touch(folder + '/watched/absolute')
touch(folder + '/a/../watched/dotted')
os.chdir(folder + '/watched')
touch('relative')
os.chdir('/')
above = os.open(folder, os.O_RDONLY)
touch('watched/from-above', dir_fd=above)
inner = os.open('watched', os.O_RDONLY, dir_fd=above)
touch('from-folder', dir_fd=inner)
os.close(inner)
beside = os.open('/usr/share', os.O_RDONLY)
os.close(os.open('.', os.O_RDONLY, dir_fd=beside))
watched = os.open(folder + '/watched', os.O_RDONLY)
os.dup2(watched, beside)
touch('reused', dir_fd=beside)
side = folder + '/beside'
os.chdir(side)
touch('inner/cwd.key')
touch('../watched/up')
os.symlink(folder + '/watched', folder + '/a/link')
os.chdir(folder + '/a')
os.rename(folder + '/a', folder + '/moved')
os.fchdir(watched)
touch('by-descriptor')
os.chdir(side)
os.symlink(side, folder + '/watched/link')
os.chdir(folder + '/watched/link')
touch('by-link')
os.chdir(side)
subprocess.run(['sh', '-c', 'cd inner && : > run.key'], check=True)
if os.fork() == 0:
    touch('inner/child.key')
    os.chdir(folder + '/watched')
    touch('of-child')
    os._exit(0)
os.wait()
if os.fork() == 0:
    os.chdir(folder)
    os.chroot(folder)
    touch('watched/chroot')
    os._exit(0)
os.wait()
again = os.open('.', os.O_RDONLY, dir_fd=watched)
touch('itself', dir_fd=again)
touch(side + '/inner/the.key')
fd = os.open(side + '/mode', make, 0o600)
os.fchmod(fd, 0o640)
os.close(fd)
fd = os.open(side + '/copied', make, 0o600)
copy = os.dup(fd)
os.close(fd)
os.fchmod(copy, 0o640)
os.close(copy)
fd = os.open(side + '/inherited', make, 0o600)
if os.fork() == 0:
    os.fchmod(fd, 0o640)
    os._exit(0)
os.wait()
os.close(fd)
if os.fork() == 0:
    CLONE_NEWNS = 0x00020000
    ctypes.CDLL(None).unshare(CLONE_NEWNS)
    subprocess.run(['mount', '--make-rprivate', '/'], check=True)
    layers = side + '/layers'
    os.mkdir(layers)
    subprocess.run(['mount', '-t', 'tmpfs', 'none', layers], check=True)
    for name in ('lower', 'upper', 'work', 'merged'):
        os.mkdir(layers + '/' + name)
    options = ','.join('%sdir=%s/%s' % (key, layers, key) for key in ('lower', 'upper', 'work'))
    subprocess.run(['mount', '-t', 'overlay', '-o', options, 'none', layers + '/merged'], check=True)
    fd = os.open(layers + '/merged/made', make, 0o600)
    os.fchmod(fd, 0o640)
    os._exit(0)
os.wait()
`
