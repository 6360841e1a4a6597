import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import { serveFiles } from "./dist/bench/compare/file_server.js";
import { createServer } from "node:http"; import fs from "node:fs"; import path from "node:path";
const T={".js":"text/javascript",".html":"text/html",".wasm":"application/wasm"};
const serve = (root)=>new Promise(r=>{const s=createServer((q,a)=>{let f=path.join(root,decodeURIComponent(new URL(q.url,"http://x").pathname));if(f.endsWith("/"))f+="index.html";fs.readFile(f,(e,d)=>{if(e){a.statusCode=404;a.end()}else{a.setHeader("content-type",T[path.extname(f)]||"application/octet-stream");a.end(d)}})}).listen(0,"127.0.0.1",()=>r([`http://127.0.0.1:${s.address().port}/`,()=>s.close()]))});
const b = await chromium.launch({executablePath:"/usr/bin/chromium",chromiumSandbox:false});
async function load(name,url){const p=await b.newPage();p.on("console",m=>console.log("  console",m.text().slice(0,300)));p.on("pageerror",e=>console.log("  pageerror",e.message));await p.goto(url);try{await p.waitForFunction("globalThis.answer",undefined,{timeout:15000});console.log(name,JSON.stringify(await p.evaluate("globalThis.answer")).slice(0,300))}catch(e){console.log(name,"no answer",e.message.slice(0,100))}
const s=await p.evaluate("document.getElementById('server')?.textContent");if(s)console.log("  server",s.slice(0,400));await p.close()}
const A="/tmp/apps-inst/apps/";
const spawned=(cwd,cmd,args)=>{const c=spawn(cmd,args,{cwd:A+cwd,stdio:["ignore","pipe","pipe"],detached:true});let out="";return new Promise((r,j)=>{const on=d=>{out+=d;const m=/http:\/\/(localhost|127\.0\.0\.1):\d+\/?/.exec(out.replace(/\x1b\[\d*m/g,""));if(m)setTimeout(()=>r([m[0],()=>process.kill(-c.pid),()=>out]),300)};c.stdout.on("data",on);c.stderr.on("data",on);setTimeout(()=>j(new Error(out)),20000)})};
for (const w of process.argv.slice(2)) { try {
 let u,c,o;
 if(w==="vite"||w==="webpack"||w==="parcel") [u,c]=await serve(A+w+"/dist");
 if(w==="vite-dev") [u,c,o]=await spawned("vite","npx",["vite","--port","5180","--host","127.0.0.1"]);
 if(w==="vite-preview") [u,c,o]=await spawned("vite","npx",["vite","preview","--port","5181","--host","127.0.0.1"]);
 if(w==="next") [u,c,o]=await spawned("next","npx",["next","start","-p","5182","-H","127.0.0.1"]);
 if(w==="next-dev") [u,c,o]=await spawned("next","npx",["next","dev","-p","5183","-H","127.0.0.1"]);
 await load(w,u); if(o)console.log(o().slice(-600)); c(); } catch(e){console.log(w,e)}}
await b.close(); process.exit();
