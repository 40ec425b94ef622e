import { TOKENLESS } from '../setup/namespace.ts'

const IMAGE = 'localhost/busybox:local'

/** What a pod of these tests is beside its containers. */
const pod = (name: string, labels: Readonly<Record<string, string>>, containers: readonly object[]) => ({
  metadata: { name, labels },
  spec: {
    serviceAccountName: TOKENLESS,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    containers: containers.map((each) => ({ image: IMAGE, imagePullPolicy: 'IfNotPresent', ...each })),
  },
})

/** Serves a folder. */
const web = (folder: string) => ({
  name: 'web',
  command: ['/bin/busybox', 'httpd', '-f', '-p', '8080', '-h', folder],
})

/** A pod for everything that an intruder does, and its labels. */
export const VICTIM = pod('victim', { app: 'victim', team: 'red' }, [web('/var/www')])

/** A pod that does what pods do: it serves, writes where it may, is probed in both ways, and starts programs of its image. */
export const QUIET = pod('quiet', { app: 'quiet' }, [
  {
    ...web('/etc'),
    readinessProbe: { httpGet: { path: '/passwd', port: 8080 }, periodSeconds: 5 },
    livenessProbe: { exec: { command: ['/bin/sh', '-c', 'test -d /etc'] }, periodSeconds: 5 },
  },
  {
    name: 'clock',
    command: [
      '/bin/sh',
      '-c',
      'while sleep 2; do date > /tmp/now; wget -q -O /dev/null localhost:8080/passwd; done',
    ],
  },
])
