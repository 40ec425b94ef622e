/** A directory that an image's program must be able to write. */
export interface WritePath {
  readonly path: string
  /**
   * The image declares the path as a volume. containerd then mounts a writable directory there even under a
   * read-only root; CRI-O by default (`image_volumes = "mkdir"`) does not, and no runtime keeps its content.
   */
  readonly imageVolume?: boolean
  /** What is written there is meant to outlive the pod, so that an emptyDir would lose it. */
  readonly keeps?: boolean
  /** Environment variable by which the image lets the path be moved. */
  readonly variable?: string
}

/** What is known about an image's program. */
export interface WritingImage {
  /** Names of the program: with another command in its place the paths do not matter. */
  readonly programs: readonly string[]
  readonly paths: readonly WritePath[]
  /** The tag must have this word, where only some variants of the image write. */
  readonly variant?: string
}

const volume = (path: string, variable?: string): WritePath => ({
  path,
  imageVolume: true,
  keeps: true,
  ...(variable !== undefined && { variable }),
})

// nginx.conf of the image: pid in /run, client_body_temp_path and the like under /var/cache/nginx.
const NGINX: WritingImage = {
  programs: ['nginx', 'nginx-debug'],
  paths: [{ path: '/var/cache/nginx' }, { path: '/run' }],
}

// Dockerfile of docker-library/mysql and MariaDB/mariadb-docker: VOLUME /var/lib/mysql; socket and pid file in
// /run/mysqld; temporary tables in /tmp.
const MYSQL: WritingImage = {
  programs: ['mysqld', 'mariadbd', 'mysqld_safe'],
  paths: [volume('/var/lib/mysql'), { path: '/run/mysqld' }, { path: '/tmp' }],
}

// apache2's envvars in Debian, as docker-library/php sets them: APACHE_RUN_DIR and APACHE_LOCK_DIR.
const APACHE_OF_DEBIAN: readonly WritePath[] = [{ path: '/run/apache2' }, { path: '/run/lock/apache2' }]

const ELASTICSEARCH: WritingImage = {
  // "Install Elasticsearch with Docker": data and logs under /usr/share/elasticsearch; the start script makes
  // its temporary directory in /tmp.
  programs: ['elasticsearch', 'docker-entrypoint.sh', 'eswrapper'],
  paths: [
    { path: '/usr/share/elasticsearch/data', keeps: true },
    { path: '/usr/share/elasticsearch/logs' },
    { path: '/tmp' },
  ],
}

/**
 * Well-known images and what they write to, by repository (`domain/path`). Each entry follows the image's
 * Dockerfile. Images that write nowhere unless configured so (haproxy, traefik, memcached) have no entry.
 */
export const WRITING_IMAGES: ReadonlyMap<string, WritingImage> = new Map([
  ['docker.io/library/nginx', NGINX],
  // nginxinc/docker-nginx-unprivileged moves pid file and temporary paths to /tmp.
  ['docker.io/nginxinc/nginx-unprivileged', { programs: NGINX.programs, paths: [{ path: '/tmp' }] }],
  // docker-library/httpd: httpd.conf leaves PidFile at its default, logs/httpd.pid under the server's root.
  [
    'docker.io/library/httpd',
    { programs: ['httpd', 'httpd-foreground', 'apachectl'], paths: [{ path: '/usr/local/apache2/logs' }] },
  ],
  // docker-library/redis, valkey-io/valkey-container: VOLUME and WORKDIR /data, where dump.rdb goes.
  ['docker.io/library/redis', { programs: ['redis-server'], paths: [volume('/data')] }],
  ['docker.io/valkey/valkey', { programs: ['valkey-server'], paths: [volume('/data')] }],
  // docker-library/postgres: VOLUME under /var/lib/postgresql, ENV PGDATA; socket in /var/run/postgresql.
  [
    'docker.io/library/postgres',
    {
      programs: ['postgres'],
      paths: [volume('/var/lib/postgresql/data', 'PGDATA'), { path: '/run/postgresql' }],
    },
  ],
  ['docker.io/library/mysql', MYSQL],
  ['docker.io/library/mariadb', MYSQL],
  // docker-library/mongo: VOLUME /data/db /data/configdb; the Unix socket is made in /tmp.
  ['docker.io/library/mongo', { programs: ['mongod'], paths: [volume('/data/db'), { path: '/tmp' }] }],
  // docker-library/tomcat: CATALINA_HOME is /usr/local/tomcat; it writes logs, temp and work there.
  [
    'docker.io/library/tomcat',
    {
      programs: ['catalina.sh', 'startup.sh'],
      paths: [
        { path: '/usr/local/tomcat/logs' },
        { path: '/usr/local/tomcat/temp' },
        { path: '/usr/local/tomcat/work' },
      ],
    },
  ],
  [
    'docker.io/library/php',
    { programs: ['apache2', 'apache2-foreground'], paths: APACHE_OF_DEBIAN, variant: 'apache' },
  ],
  // docker-library/wordpress: on php's Apache unless the tag says otherwise; the entrypoint copies WordPress
  // into VOLUME /var/www/html.
  [
    'docker.io/library/wordpress',
    {
      programs: ['apache2-foreground', 'php-fpm'],
      paths: [volume('/var/www/html'), { path: '/tmp' }],
    },
  ],
  // docker-library/rabbitmq: VOLUME /var/lib/rabbitmq (database, Erlang cookie).
  ['docker.io/library/rabbitmq', { programs: ['rabbitmq-server'], paths: [volume('/var/lib/rabbitmq')] }],
  // jenkinsci/docker: VOLUME /var/jenkins_home, moved by JENKINS_HOME; Java unpacks the servlet into /tmp.
  [
    'docker.io/jenkins/jenkins',
    {
      programs: ['jenkins.sh', 'java'],
      paths: [volume('/var/jenkins_home', 'JENKINS_HOME'), { path: '/tmp' }],
    },
  ],
  // grafana/grafana packaging/docker/Dockerfile: GF_PATHS_DATA, no volume declared since 5.1.
  [
    'docker.io/grafana/grafana',
    {
      programs: ['run.sh', 'grafana', 'grafana-server'],
      paths: [{ path: '/var/lib/grafana', keeps: true, variable: 'GF_PATHS_DATA' }],
    },
  ],
  // prometheus/prometheus and alertmanager: VOLUME and WORKDIR.
  ['docker.io/prom/prometheus', { programs: ['prometheus'], paths: [volume('/prometheus')] }],
  ['docker.io/prom/alertmanager', { programs: ['alertmanager'], paths: [volume('/alertmanager')] }],
  ['docker.io/library/elasticsearch', ELASTICSEARCH],
  ['docker.elastic.co/elasticsearch/elasticsearch', ELASTICSEARCH],
  // distribution/distribution: VOLUME /var/lib/registry.
  ['docker.io/library/registry', { programs: ['registry'], paths: [volume('/var/lib/registry')] }],
])

/** The public mirrors of Docker Hub's official images, by the prefix that stands for `docker.io/`. */
export const DOCKER_HUB_MIRRORS = ['public.ecr.aws/docker/', 'mirror.gcr.io/']
