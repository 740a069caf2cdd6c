// The handful of C symbols Embedded Swift needs on bare WebAssembly; empty natively.
#pragma once
