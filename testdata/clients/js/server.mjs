// A canto serve of its own process, for a test: the binary that CANTO names.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';

const canto = process.env.CANTO;
if (!canto) throw new Error('CANTO does not name the command: go build -o canto ./cmd/canto, and CANTO=$PWD/canto');

export class Server {
  // start starts a server on a free port that ends with the test.
  static async start(test) {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), 'canto-js-'));
    await server.#listen('127.0.0.1:0');
    test.after(() => server.#end());
    return server;
  }

  get url() { return `http://${this.address}`; }

  #listen(address) {
    const data = join(this.folder, 'canto.db');
    this.process = spawn(canto, ['serve', '--addr', address, '--data', data], { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] });
    this.said = '';
    return new Promise((resolve, reject) => {
      this.process.once('exit', (code) => reject(new Error(`the server ends with ${code}:\n${this.said}`)));
      this.process.stderr.on('data', (text) => {
        this.said += text;
        const found = /http:\/\/(127\.0\.0\.1:\d+)/.exec(this.said);
        if (found) { this.address = found[1]; resolve(); }
      });
    });
  }

  // crash kills the server, and starts another on its file.
  async crash() {
    await this.#stop('SIGKILL');
    await this.#listen(this.address);
  }

  #stop(signal) {
    return new Promise((resolve) => {
      this.process.removeAllListeners('exit');
      this.process.once('exit', (code) => resolve(code));
      this.process.kill(signal);
    });
  }

  async #end() {
    for (const c of this.clients ?? []) c.destroy();
    const code = await this.#stop('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server ends with ${code}:\n${this.said}`);
  }

  // client is a client as the README writes it.
  client(options = {}) {
    const client = new SFNClient({
      endpoint: this.url, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      disableHostPrefix: true, // or StartSyncExecution and TestState go to a host with "sync-" before its name
      ...options,
    });
    (this.clients ??= []).push(client);
    return client;
  }
}
