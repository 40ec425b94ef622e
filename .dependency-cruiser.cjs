/**
 * The rooms, and what each may import (docs/architecture.md). A room is imported only through its index.ts, and
 * `messages` and `kubernetes` by everybody; what else a room may import stands in its row.
 */
const rooms = {
  messages: [],
  kubernetes: ['messages'],
  findings: ['messages', 'kubernetes'],
  'pod-security': ['messages', 'kubernetes', 'findings'],
  storage: ['messages', 'kubernetes'],
  'api-access/request': ['messages', 'kubernetes'],
  cel: ['messages', 'kubernetes'],
  'api-access/authentication': ['messages', 'kubernetes', 'api-access/request', 'cel', 'storage'],
  'api-access/authorization': ['messages', 'kubernetes', 'api-access/request', 'cel'],
  'api-access/admission': [
    'messages',
    'kubernetes',
    'api-access/request',
    'api-access/authorization',
    'cel',
    'pod-security',
  ],
  'api-access/gateway': [
    'messages',
    'kubernetes',
    'api-access/request',
    'api-access/authentication',
    'api-access/authorization',
    'api-access/admission',
    'api-access/audit',
    'storage',
  ],
  'api-access/audit': ['messages', 'kubernetes', 'api-access/request', 'storage'],
  // A part of the audit room that knows rules as well: the rest of the room does not know it.
  'api-access/audit/coverage': [
    'messages',
    'kubernetes',
    'api-access/request',
    'api-access/audit',
    'runtime/rules',
  ],
  'runtime/texts': [],
  'runtime/rules': ['messages', 'kubernetes', 'runtime/texts'],
  'runtime/sensors': ['messages', 'kubernetes', 'api-access/audit', 'runtime/texts'],
  'runtime/detection': ['messages', 'kubernetes', 'runtime/rules', 'runtime/sensors', 'storage'],
  'runtime/behavior': ['messages', 'kubernetes', 'runtime/sensors', 'pod-security', 'findings'],
  posture: ['messages', 'kubernetes', 'findings', 'pod-security'],
}

/** Rooms inside another stand for themselves. */
const within = (room) => Object.keys(rooms).filter((other) => other.startsWith(`${room}/`))

const borders = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports-only-its-row`,
  severity: 'error',
  from: {
    path: `^src/${room}/`,
    pathNot: ['\\.test\\.ts$', ...within(room).map((inner) => `^src/${inner}/`)],
  },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}))

const doors = Object.keys(rooms).map((room) => ({
  name: `${room}-only-through-its-index`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${room}/` },
  to: {
    path: `^src/${room}/`,
    pathNot: [`^src/${room}/index\\.ts$`, ...within(room).map((inner) => `^src/${inner}/`)],
  },
}))

module.exports = {
  forbidden: [
    ...borders,
    ...doors,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-development-packages',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}
