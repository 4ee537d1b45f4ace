#!/usr/bin/env bash
# Fetches the SPARQL editor from npm into static/vendor/, with the licence texts of what is bundled into it.
# Usage: src/marrowkg/web/fetch-yasgui.sh [VERSION]; afterwards change the version in templates/editor.html.
set -euo pipefail
version=${1:-4.6.2}
into=$(cd "$(dirname "$0")" && pwd)/static/vendor/yasgui-$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts "@zazuko/yasgui@$version"
built=node_modules/@zazuko/yasgui/build
mkdir -p "$into"
cp "$built/yasgui.min.js" "$built/yasgui.min.css" "$into/"
node - "$built/yasgui.min.js.map" > "$into/LICENSES.txt" <<'EOF'
const fs = require("fs");
const map = JSON.parse(fs.readFileSync(process.argv[2]));
const inside = map.sources.map((s) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(s)?.[1]).filter(Boolean);
const names = [...new Set([...inside, "@zazuko/yasgui", "@zazuko/yasqe", "@zazuko/yasr", "@zazuko/yasgui-utils"])].sort();
console.log("yasgui.min.js and yasgui.min.css are built by the makers of @zazuko/yasgui from these packages.\n");
for (const name of names) {
  const folder = `node_modules/${name}`;
  if (!fs.existsSync(`${folder}/package.json`)) { console.log(`== ${name}\n`); continue; }
  const about = JSON.parse(fs.readFileSync(`${folder}/package.json`));
  const author = about.author?.name ?? about.author ?? "";
  console.log(`== ${name} ${about.version}: ${about.license ?? "no licence named in the package"}; ${author}`);
  const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry) && fs.statSync(`${folder}/${entry}`).isFile());
  console.log(file ? "\n" + fs.readFileSync(`${folder}/${file}`, "utf8").replace(/\r/g, "").trim() + "\n" : "");
}
EOF
(cd "$into" && sha256sum yasgui.min.css yasgui.min.js LICENSES.txt > SHA256SUMS && echo "$version" > VERSION && cat SHA256SUMS)
