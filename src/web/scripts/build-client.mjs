// Builds the client library into dist-client: a package folder with types, to be published or installed from where it stands.
import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

rmSync(at("dist-client"), { recursive: true, force: true });
execFileSync(process.execPath, [at("node_modules/typescript/bin/tsc"), "-p", at("tsconfig.client.json")], { stdio: "inherit" });
for (const file of ["package.json", "README.md"]) {
  copyFileSync(at(`src/lib/client/${file}`), at(`dist-client/${file}`));
}
