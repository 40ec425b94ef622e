import { TOKENLESS } from '../setup/namespace.ts'

const IMAGE = 'localhost/busybox:local'

/** A pod for everything that an intruder does, and its labels. */
export const VICTIM = {
  metadata: { name: 'victim', labels: { app: 'victim', team: 'red' } },
  spec: {
    serviceAccountName: TOKENLESS,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'web',
        image: IMAGE,
        imagePullPolicy: 'IfNotPresent',
        command: ['/bin/busybox', 'httpd', '-f', '-p', '8080', '-h', '/var/www'],
      },
    ],
  },
}

/** A pod that does what pods do: it serves, writes where it may, is probed in both ways, and starts programs of its image. */
export const QUIET = {
  metadata: { name: 'quiet', labels: { app: 'quiet' } },
  spec: {
    serviceAccountName: TOKENLESS,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'web',
        image: IMAGE,
        imagePullPolicy: 'IfNotPresent',
        command: ['/bin/busybox', 'httpd', '-f', '-p', '8080', '-h', '/etc'],
        readinessProbe: { httpGet: { path: '/passwd', port: 8080 }, periodSeconds: 5 },
        livenessProbe: { exec: { command: ['/bin/sh', '-c', 'test -d /etc'] }, periodSeconds: 5 },
      },
      {
        name: 'clock',
        image: IMAGE,
        imagePullPolicy: 'IfNotPresent',
        command: [
          '/bin/sh',
          '-c',
          'while sleep 2; do date > /tmp/now; wget -q -O /dev/null localhost:8080/passwd; done',
        ],
      },
    ],
  },
}
