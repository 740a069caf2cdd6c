// What a page loads before it can be used.
import { readFileSync } from "node:fs";

export const web = new URL("../../Web/", import.meta.url);

/**
 * What a module and its modules import, as paths below Web/. What is imported only when it is needed is left out,
 * but for what a page's first module begins with.
 */
export function modulesOf(path, found = new Set()) {
  if (found.has(path)) return found;
  const isFirst = found.size === 0;
  found.add(path);
  const text = readFileSync(new URL(path, web), "utf8").replaceAll(/\/\*[^]*?\*\//g, "");
  const pattern = isFirst ? /(?:from|import|import\()\s*["'](\.[^"']+)["']/g : /(?:from|import)\s*["'](\.[^"']+)["']/g;
  for (const [, target] of text.matchAll(pattern)) {
    modulesOf(new URL(target, new URL(path, web)).href.slice(web.href.length), found);
  }
  return found;
}

/** The lines that a page in Web/ needs, and those it has. */
export function preloadsOf(page, first) {
  const needed = [...modulesOf(first)].slice(1);
  const text = readFileSync(new URL(page, web), "utf8");
  const named = [...text.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map((m) => m[1]);
  const lines = needed.map((path) => `    <link rel="modulepreload" href="${path}">`).join("\n");
  return { needed, named, lines };
}
