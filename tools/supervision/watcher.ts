import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A shell of a megabyte that outlives a supervisor killed by SIGKILL: when its input ends, it stops what it was told
 * of and was not told is gone, the youngest first. It reads `<signal> <pid>` and `gone <pid>`, or `run <command>`.
 */
const script = `
list= command=
while read -r word rest; do
  case $word in
    gone) kept=; for entry in $list; do [ "\${entry#*:}" = "$rest" ] || kept="$kept $entry"; done; list=$kept ;;
    run) command=$rest ;;
    *) list="$word:$rest $list" ;;
  esac
done
for entry in $list; do
  pid=\${entry#*:}
  kill -s "\${entry%%:*}" "$pid" 2> /dev/null || continue
  tries=0
  while kill -0 "$pid" 2> /dev/null && [ $tries -lt 150 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -s KILL "$pid" 2> /dev/null
done
[ -z "$command" ] || sh -c "$command"
`;

export class Watcher {
  readonly #shell: ChildProcess;

  constructor() {
    // Its own session: a Ctrl-C at the terminal must not reach it.
    this.#shell = spawn('sh', ['-c', script, 'portage-watcher'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#shell.stdin?.on('error', () => undefined);
    this.#shell.unref();
  }

  add(pid: number, signal: 'TERM' | 'INT'): void {
    this.#tell(`${signal} ${pid}`);
  }

  gone(pid: number): void {
    this.#tell(`gone ${pid}`);
  }

  /** Sets the command to run at the end; an empty one takes it back. */
  atEnd(command: string): void {
    this.#tell(`run ${command}`);
  }

  /** Ends the shell; whatever it still knows of is stopped. */
  async close(): Promise<void> {
    if (this.#shell.exitCode !== null || this.#shell.signalCode !== null) return;
    this.#shell.ref();
    const exited = once(this.#shell, 'exit');
    this.#shell.stdin?.end();
    await exited;
  }

  #tell(line: string): void {
    this.#shell.stdin?.write(`${line}\n`);
  }
}
