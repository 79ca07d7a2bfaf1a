// The key of the owner of the machine, made once for all walks of one run.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Each file of tests is a child of the same runner.
const kept = join(tmpdir(), `termometro-owner-${process.ppid}`);

export function owner(program) {
  try {
    const made = execFileSync(program, ["keys", "bootstrap", "--json"], { env: { ...process.env, TERMOMETRO_LOG: "error" }, encoding: "utf8", stdio: "pipe" });
    const { key } = JSON.parse(made);
    writeFileSync(kept, key, { mode: 0o600 });
    return key;
  } catch {
    return readFileSync(kept, "utf8");
  }
}
