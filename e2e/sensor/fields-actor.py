# SPDX-License-Identifier: Apache-2.0
"""
Does, once it is told to go, what each field of the rules is about, and tells what is so of it: by what it passed to the calls, what
they gave back, and by /proc. Works in the folder that it is given; needs root.
"""

import ctypes, json, os, pty, shutil, socket, subprocess, sys, time

FOLDER = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)
facts = {'opened': {}}


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def status_of(pid='self'):
    lines = read(f'/proc/{pid}/status').decode().splitlines()
    return {name: value.split() for name, _, value in (line.partition(':') for line in lines)}


def process(pid='self'):
    """What /proc says of a process."""
    comm = read(f'/proc/{pid}/comm').decode().strip()
    exe, *args = read(f'/proc/{pid}/cmdline').decode().split('\0')[:-1]
    status = status_of(pid)
    stat = read(f'/proc/{pid}/stat').decode().rsplit(') ', 1)[1].split()
    return {
        'name': comm,
        'exe': exe,
        'exepath': os.readlink(f'/proc/{pid}/exe'),
        'args': ' '.join(args),
        'cmdline': ' '.join([comm, *args]),
        'cwd': os.readlink(f'/proc/{pid}/cwd').rstrip('/') + '/',
        'pid': int(status['Pid'][0]),
        'ppid': int(status['PPid'][0]),
        'vpid': int(status['NSpid'][-1]),
        'uid': int(status['Uid'][1]),
        'gid': int(status['Gid'][1]),
        'tty': int(stat[4]),
        'sid': int(stat[3]),
        'pgid': int(stat[2]),
        'started': int(stat[19]) / os.sysconf('SC_CLK_TCK'),
        'effective': int(status['CapEff'][0], 16),
    }


def ancestors(count):
    found = []
    pid = os.getppid()
    for _ in range(count):
        found.append(process(pid))
        pid = found[-1]['ppid']
    return found


def in_child(act):
    """Runs it in a process of its own, which it may end by running another program."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    return pid


def call(function, *args):
    ctypes.set_errno(0)
    return getattr(libc, function)(*args)


def files():
    os.makedirs('work/inner')
    os.chdir('work')
    with open('read', 'w'):
        pass
    for name, flags, mode in [
        ('inner/../read', os.O_RDONLY, 0),
        ('written', os.O_WRONLY | os.O_CREAT, 0o644),
        ('program', os.O_RDWR | os.O_CREAT, 0o755),
    ]:
        facts['opened'][name] = fd = os.open(name, flags, mode)
        if name == 'program':
            os.fchmod(fd, 0o4755)
        os.close(fd)
    try:
        os.open('absent', os.O_RDONLY)
    except FileNotFoundError:
        pass
    call('chmod', b'program', 0o2755)
    os.symlink('read', 'symbolic')
    os.link('read', 'hard')
    os.rename('hard', 'renamed')
    os.unlink('renamed')
    os.mkdir('made')
    os.rmdir('made')
    os.chdir('..')
    facts['work'] = os.path.join(FOLDER, 'work')


def connection(client_address, server_address):
    server = socket.create_server((server_address, 0))
    client = socket.socket()
    client.bind((client_address, 0))
    client.connect(server.getsockname())
    accepted, _ = server.accept()
    found = {
        'client': client.getsockname(),
        'server': server.getsockname(),
        'fd': client.fileno(),
        'accepted': accepted.fileno(),
    }
    client.send(b'GET /Evil.class')
    for each in (client, accepted, server):
        each.close()
    return found


def network():
    facts['connection'] = connection('127.0.0.2', '127.0.0.1')
    facts['reverse'] = connection('127.0.0.1', '127.0.0.2')
    try:
        refused = socket.socket()
        refused.connect(('127.0.0.3', 1))
    except ConnectionRefusedError:
        pass
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(('127.0.0.1', 0))
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.sendto(b'a datagram', udp.getsockname())
    sender.sendto(b'to port 9', ('127.0.0.1', 9))
    facts['datagram'] = {'from': sender.getsockname(), 'to': udp.getsockname()}
    socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0).close()


def kernel():
    CLONE_NEWUTS, PTRACE_ATTACH, BPF_OBJ_GET = 0x04000000, 16, 7
    in_child(lambda: call('unshare', CLONE_NEWUTS))
    call('ptrace', PTRACE_ATTACH, 99999999, 0, 0)
    call('syscall', 321, BPF_OBJ_GET, 0, 0)
    in_child(lambda: os.setuid(33))


def run(name, program, *options, then=None):
    """A program that ends at once; tells of itself what the callable says, just before it runs it."""
    to, end = os.pipe()

    def act():
        if then is not None:
            then()
        os.write(end, json.dumps(process()).encode())
        os.execve(program, [*options], {'HAETAE_FIELDS': name})

    in_child(act)
    facts[name] = json.loads(os.read(to, 65536))
    os.close(to)
    os.close(end)


def programs():
    dropped = os.path.join(FOLDER, 'haetae-dropped')
    shutil.copy('/bin/true', dropped)
    times = os.stat(dropped)
    facts['dropped times'] = [str(times.st_ctime_ns), str(times.st_mtime_ns)]
    # Between both clocks another process may have run, but not each time.
    facts['offset'] = min(time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) for _ in range(100))
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    run('plain', dropped, 'haetae-dropped', 'one', 'two words')
    facts['plain ran'] = [before, time.clock_gettime(time.CLOCK_BOOTTIME)]

    def become_other():
        os.setgid(33)
        os.setuid(33)

    run('user', dropped, 'haetae-dropped', 'user', then=become_other)
    run('leader', dropped, 'haetae-dropped', 'leader', then=os.setsid)
    run('capable', '/usr/bin/setpriv', 'setpriv', '--bounding-set=-all,+chown,+sys_admin', dropped, 'capable')

    def log_in():
        with open('/proc/self/loginuid', 'w') as file:
            file.write('33')

    facts['has logins'] = os.path.exists('/proc/self/loginuid')
    if facts['has logins']:
        run('login', dropped, 'haetae-dropped', 'login', then=log_in)

    memory = os.memfd_create('haetae-memory', 0)
    os.write(memory, read('/bin/true'))
    run('memory', f'/proc/self/fd/{memory}', 'haetae-memory', 'memory')

    pid, terminal = pty.fork()
    if pid == 0:
        with open(os.path.join(FOLDER, 'terminal.json'), 'w') as file:
            json.dump(process(), file)
        os.execv(dropped, ['haetae-dropped', 'terminal'])
    try:
        while os.read(terminal, 100):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)
    facts['terminal'] = json.loads(read(os.path.join(FOLDER, 'terminal.json')))

    CLONE_NEWPID, CLONE_NEWNS = 0x20000000, 0x00020000

    def nested():
        call('unshare', CLONE_NEWPID)
        in_child(lambda: os.execv(dropped, ['haetae-dropped', 'nested']))

    in_child(nested)

    def layered():
        call('unshare', CLONE_NEWNS)
        layers = os.path.join(FOLDER, 'layers')
        os.makedirs(layers)
        subprocess.run(['mount', '--make-rprivate', '/'], check=True)
        subprocess.run(['mount', '-t', 'tmpfs', 'none', layers], check=True)
        for name in ('lower', 'upper', 'work', 'merged'):
            os.makedirs(os.path.join(layers, name))
        shutil.copy('/bin/true', os.path.join(layers, 'lower', 'haetae-lower'))
        options = ','.join(f'{key}dir={layers}/{key}' for key in ('lower', 'upper', 'work'))
        subprocess.run(['mount', '-t', 'overlay', '-o', options, 'none', layers + '/merged'], check=True)
        shutil.copy('/bin/true', layers + '/merged/haetae-upper')
        read(layers + '/merged/haetae-lower')
        SYS_creat = 85
        os.close(call('syscall', SYS_creat, f'{layers}/merged/haetae-created'.encode(), 0o600))
        for name in ('haetae-lower', 'haetae-upper'):
            subprocess.run([f'{layers}/merged/{name}'], check=True)

    in_child(layered)


print(os.getpid(), flush=True)
while sys.stdin.readline() != 'go\n':
    call('rmdir', b'/haetae-fields-begin')
os.chdir(FOLDER)
facts['self'] = process()
facts['ancestors'] = ancestors(int(sys.argv[2]))
facts['session'] = read(f"/proc/{facts['self']['sid']}/comm").decode().strip()
for part in (files, network, kernel, programs):
    part()
call('rmdir', b'/haetae-fields-end')
print(json.dumps(facts), flush=True)
