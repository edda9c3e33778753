// Reads vitest's JSON report: what failed goes to standard error, "passed failed skipped" to standard output.
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
let failed = 0;
for (const file of report.testResults) {
  const bad = file.assertionResults.filter((test) => test.status === "failed");
  for (const { fullName, failureMessages } of bad) {
    console.error([fullName, ...failureMessages].join("\n"));
  }

  // A file that does not load has no tests of its own.
  if (bad.length === 0 && file.status === "failed") {
    console.error(`${file.name}\n${file.message}`);
    failed++;
  }

  failed += bad.length;
}

console.log(report.numPassedTests, failed, report.numPendingTests + report.numTodoTests);
