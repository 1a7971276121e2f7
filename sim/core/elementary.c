/*
 * sim_log and sim_exp by table look-up and a short polynomial (Tang 1989, 1990), without fused multiply-add.
 *
 * Log: x = 2^k z with 0.6875 <= z < 1.375. The bin of z (128 of them) has a middle c and an approximate inverse of c,
 * both of 9 bits, so that p = (z - c) inverse and d = c inverse - 1 are exact; r = z inverse - 1 = p + d, |r| <= 2^-7,
 * and log x = (k ln 2 - log inverse + d) + p + (log(1 + r) - r). The first two terms are added with their error; the
 * last is small. Both bins next to 1 have c = inverse = 1, so the result is right near x = 1.
 * Exp: x = n ln 2 / 128 + r, |r| < 2^-8.5, n = 128 k + j, and exp x = 2^k 2^(j/128) exp r.
 *
 * Invariant: the high part of every d - log inverse, and of ln 2, is a multiple of 2^-42, so that the first bracket is
 * exact but for the low parts. The tables hold correctly rounded values. The results assume rounding to nearest.
 *
 * References: P.T.P. Tang, ACM TOMS 15 (1989) 144-157 and 16 (1990) 378-400; M.J. Wichura, Applied Statistics 37
 * (1988) 477-484 (AS 241).
 */
#include "sim/core/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LN2_HIGH 0x1.62e42fefa38p-1
#define LN2_LOW 0x1.ef35793c7673p-45
#define LN2_128TH_HIGH 0x1.62e42fefcp-8
#define LN2_128TH_LOW -0x1.c610ca86c3899p-44
#define INVERSE_LN2_128 0x1.71547652b82fep+7
#define ROUNDER 0x1.8p52 /* adding it rounds to an integer, left in the low bits of the sum */

#define BITS_OF_0_6875 UINT64_C(0x3FE6000000000000)
#define EXPONENT_MASK UINT64_C(0xFFF0000000000000)

typedef struct {
    double middle, inverse, d;
    double high, low; /* d - log(inverse) */
} log_entry_t;

typedef struct {
    uint64_t bits; /* of 2^(j/128), less j 2^45: adding n 2^45 multiplies by 2^k */
    double tail;   /* what that double lacks, relative to it */
} exp_entry_t;

static const log_entry_t LOG_TABLE[128] = {
    { 0x1.61p-1, 0x1.73p+0, -0x1.b4p-11, -0x1.7cc7e0a37bp-2, 0x1.018783cb9801ap-48 },
    { 0x1.63p-1, 0x1.71p+0, -0x1.34p-11, -0x1.76fee1239ep-2, 0x1.0c4fb6aeb27afp-44 },
    { 0x1.65p-1, 0x1.6fp+0, -0x1.a8p-12, -0x1.713e2e2789p-2, -0x1.1aead337ee287p-45 },
    { 0x1.67p-1, 0x1.6dp+0, -0x1.28p-12, -0x1.6b85b22359p-2, -0x1.0f6257a933268p-44 },
    { 0x1.69p-1, 0x1.6bp+0, -0x1.dp-13, -0x1.65d557303ep-2, -0x1.f281db0af8efcp-46 },
    { 0x1.6bp-1, 0x1.69p+0, -0x1.dp-13, -0x1.602d070a79p-2, -0x1.e9e439f105039p-45 },
    { 0x1.6dp-1, 0x1.67p+0, -0x1.28p-12, -0x1.5a8cab0f4dp-2, 0x1.e63af2df7ba69p-50 },
    { 0x1.6fp-1, 0x1.65p+0, -0x1.a8p-12, -0x1.54f42c3addp-2, -0x1.3167e63081cf7p-45 },
    { 0x1.71p-1, 0x1.63p+0, -0x1.34p-11, -0x1.4f637326p-2, -0x1.34d7aaf04d104p-45 },
    { 0x1.73p-1, 0x1.61p+0, -0x1.b4p-11, -0x1.49da680401p-2, 0x1.8bccffe1a0f8cp-44 },
    { 0x1.75p-1, 0x1.5fp+0, -0x1.2ap-10, -0x1.4458f2a04fp-2, 0x1.fb129931715adp-44 },
    { 0x1.77p-1, 0x1.5ep+0, 0x1.64p-10, -0x1.3edf08686ap-2, -0x1.f8ef43049f7d3p-44 },
    { 0x1.79p-1, 0x1.5cp+0, 0x1.fp-11, -0x1.396cc55694p-2, -0x1.7a71cbcd735dp-44 },
    { 0x1.7bp-1, 0x1.5ap+0, 0x1.fp-12, -0x1.3401d9a988p-2, 0x1.5594dd4c58092p-45 },
    { 0x1.7dp-1, 0x1.58p+0, -0x1p-14, -0x1.2e9e2bae12p-2, 0x1.67b1e99b72bd8p-45 },
    { 0x1.7fp-1, 0x1.56p+0, -0x1.58p-11, -0x1.2941a13de8p-2, -0x1.a8d7ad24c13fp-44 },
    { 0x1.81p-1, 0x1.54p+0, -0x1.58p-10, -0x1.23ec1fbcf8p-2, 0x1.a6976f5eb0963p-44 },
    { 0x1.83p-1, 0x1.53p+0, 0x1.e4p-11, -0x1.1e9df9e48ap-2, -0x1.7946c040cbe77p-45 },
    { 0x1.85p-1, 0x1.51p+0, 0x1.5p-13, -0x1.1956d2dd42p-2, -0x1.b7b3a7a361c9ap-45 },
    { 0x1.87p-1, 0x1.4fp+0, -0x1.5cp-11, -0x1.141670293bp-2, 0x1.d3e8499d67123p-44 },
    { 0x1.89p-1, 0x1.4ep+0, 0x1.7cp-10, -0x1.0edcbf9ae5p-2, 0x1.4ab9d817d52cdp-44 },
    { 0x1.8bp-1, 0x1.4cp+0, 0x1.1p-11, -0x1.09aa4e2739p-2, -0x1.c6bee7ef4030ep-47 },
    { 0x1.8dp-1, 0x1.4ap+0, -0x1.fp-12, -0x1.047e594b4dp-2, -0x1.036b89ef42d7fp-48 },
    { 0x1.8fp-1, 0x1.49p+0, 0x1.8ep-10, -0x1.feb188b5aap-3, -0x1.cc68d52e01203p-50 },
    { 0x1.91p-1, 0x1.47p+0, 0x1.b8p-12, -0x1.f474a564b8p-3, 0x1.323e3a09202fep-45 },
    { 0x1.93p-1, 0x1.45p+0, -0x1.84p-11, -0x1.ea44252aa6p-3, 0x1.6805b80e8e6ffp-45 },
    { 0x1.95p-1, 0x1.44p+0, 0x1.28p-10, -0x1.e02076e2bp-3, 0x1.a342c2af0003cp-44 },
    { 0x1.97p-1, 0x1.42p+0, -0x1.2p-13, -0x1.d60a16b4fcp-3, 0x1.1ba91bbca681bp-45 },
    { 0x1.99p-1, 0x1.4p+0, -0x1.8p-10, -0x1.cbff7c79aap-3, 0x1.7794f689f8434p-45 },
    { 0x1.9bp-1, 0x1.3fp+0, 0x1.28p-12, -0x1.c2028558c2p-3, 0x1.cfd73dee38a4p-45 },
    { 0x1.9dp-1, 0x1.3dp+0, -0x1.2ep-10, -0x1.b81119e8fcp-3, 0x1.4b722ec011f31p-44 },
    { 0x1.9fp-1, 0x1.3cp+0, 0x1.1p-11, -0x1.ae2c94e80cp-3, 0x1.a4e633fcd9066p-52 },
    { 0x1.a1p-1, 0x1.3ap+0, -0x1.0cp-10, -0x1.a453c1fe2cp-3, 0x1.539cd91dc9f0bp-44 },
    { 0x1.a3p-1, 0x1.39p+0, 0x1.2cp-11, -0x1.9a8762e7ep-3, 0x1.1f2a8a1ce0ffcp-45 },
    { 0x1.a5p-1, 0x1.37p+0, -0x1.1ap-10, -0x1.90c68de886p-3, -0x1.a8154b13d72d5p-44 },
    { 0x1.a7p-1, 0x1.36p+0, 0x1.dp-12, -0x1.871206520cp-3, -0x1.22120401202fcp-44 },
    { 0x1.a9p-1, 0x1.34p+0, -0x1.58p-10, -0x1.7d6890210ep-3, 0x1.bdb9072534a58p-45 },
    { 0x1.abp-1, 0x1.33p+0, 0x1.1p-13, -0x1.73cb8f5404p-3, 0x1.0b66c99018aa1p-44 },
    { 0x1.adp-1, 0x1.32p+0, 0x1.94p-10, -0x1.6a38fe719ep-3, 0x1.bc6e557134767p-44 },
    { 0x1.afp-1, 0x1.3p+0, -0x1.8p-12, -0x1.60b3070a7ap-3, 0x1.8586f183bebf2p-44 },
    { 0x1.b1p-1, 0x1.2fp+0, 0x1.fcp-11, -0x1.57378d9982p-3, -0x1.0ba68b7555d4ap-48 },
    { 0x1.b3p-1, 0x1.2dp+0, -0x1.12p-10, -0x1.4dc76f39a6p-3, 0x1.4354bb3f219e5p-44 },
    { 0x1.b5p-1, 0x1.2cp+0, 0x1.cp-13, -0x1.4462b6ccb8p-3, 0x1.70cc16135783cp-46 },
    { 0x1.b7p-1, 0x1.2bp+0, 0x1.7ap-10, -0x1.3b082b0eccp-3, -0x1.8a72a62b8c13fp-45 },
    { 0x1.b9p-1, 0x1.29p+0, -0x1.7cp-11, -0x1.31b9718e48p-3, 0x1.680b5ce3ecb05p-50 },
    { 0x1.bbp-1, 0x1.28p+0, 0x1.cp-12, -0x1.28752f82p-3, 0x1.5b967f4471dfcp-44 },
    { 0x1.bdp-1, 0x1.27p+0, 0x1.96p-10, -0x1.1f3af190a6p-3, 0x1.4d20ab840e7f6p-45 },
    { 0x1.bfp-1, 0x1.25p+0, -0x1.94p-11, -0x1.160c584674p-3, -0x1.563451027c75p-46 },
    { 0x1.c1p-1, 0x1.24p+0, 0x1.2p-12, -0x1.0ce7e7cd08p-3, -0x1.cb2cd2ee2f482p-44 },
    { 0x1.c3p-1, 0x1.23p+0, 0x1.52p-10, -0x1.03cd512ca6p-3, 0x1.a47579cdc0a3dp-45 },
    { 0x1.c5p-1, 0x1.21p+0, -0x1.36p-10, -0x1.f57b0c0118p-4, 0x1.d599e83368e91p-44 },
    { 0x1.c7p-1, 0x1.2p+0, -0x1p-12, -0x1.e37076e2bp-4, 0x1.a342c2af0003cp-45 },
    { 0x1.c9p-1, 0x1.1fp+0, 0x1.5cp-11, -0x1.d1793d66ccp-4, 0x1.9454379135713p-45 },
    { 0x1.cbp-1, 0x1.1ep+0, 0x1.94p-10, -0x1.bf9548f5bcp-4, -0x1.d0c57585fbe06p-46 },
    { 0x1.cdp-1, 0x1.1cp+0, -0x1.28p-10, -0x1.adc6d3a4acp-4, -0x1.563650bd22a9cp-44 },
    { 0x1.cfp-1, 0x1.1bp+0, -0x1.58p-12, -0x1.9c0c246204p-4, 0x1.8a64826787061p-45 },
    { 0x1.d1p-1, 0x1.1ap+0, 0x1.dp-12, -0x1.8a645d6318p-4, -0x1.b20f5acb42a66p-44 },
    { 0x1.d3p-1, 0x1.19p+0, 0x1.36p-10, -0x1.78cf66d7bp-4, -0x1.2cc844480c89bp-44 },
    { 0x1.d5p-1, 0x1.17p+0, -0x1.bap-10, -0x1.674d8a9374p-4, -0x1.0c3b1dee9c4f8p-44 },
    { 0x1.d7p-1, 0x1.16p+0, -0x1.0cp-10, -0x1.55e073f06p-4, -0x1.83f69278e686ap-44 },
    { 0x1.d9p-1, 0x1.15p+0, -0x1.98p-12, -0x1.4485cbea64p-4, -0x1.bc0eeea7c9acdp-46 },
    { 0x1.dbp-1, 0x1.14p+0, 0x1.cp-13, -0x1.333d7961bcp-4, -0x1.1d0929983761p-44 },
    { 0x1.ddp-1, 0x1.13p+0, 0x1.9cp-11, -0x1.220762f0ap-4, -0x1.416f8fb69a701p-44 },
    { 0x1.dfp-1, 0x1.12p+0, 0x1.5cp-10, -0x1.10e36eea38p-4, 0x1.47c5e768fa309p-46 },
    { 0x1.e1p-1, 0x1.1p+0, -0x1.ep-10, -0x1.ffa30c0118p-5, 0x1.d599e83368e91p-45 },
    { 0x1.e3p-1, 0x1.0fp+0, -0x1.66p-10, -0x1.dda6b8adbp-5, -0x1.6a423c78a64bp-46 },
    { 0x1.e5p-1, 0x1.0ep+0, -0x1.e8p-11, -0x1.bbcdd71198p-5, 0x1.c827ae5d6704cp-46 },
    { 0x1.e7p-1, 0x1.0dp+0, -0x1.14p-11, -0x1.9a1830ec9p-5, 0x1.c148297c5feb8p-45 },
    { 0x1.e9p-1, 0x1.0cp+0, -0x1.4p-13, -0x1.78858f633p-5, 0x1.181dce586af09p-44 },
    { 0x1.ebp-1, 0x1.0bp+0, 0x1.9p-13, -0x1.5715bafc9p-5, 0x1.b2b739570ad39p-45 },
    { 0x1.edp-1, 0x1.0ap+0, 0x1.08p-11, -0x1.35c87b9fe8p-5, -0x1.eafd480ad9015p-44 },
    { 0x1.efp-1, 0x1.09p+0, 0x1.9cp-11, -0x1.149d98924p-5, 0x1.3401e9ae889bbp-44 },
    { 0x1.f1p-1, 0x1.08p+0, 0x1.1p-10, -0x1.e729b0e78p-6, -0x1.980267c7e09e4p-45 },
    { 0x1.f3p-1, 0x1.07p+0, 0x1.4ap-10, -0x1.a55c027bp-6, 0x1.b9a010ae6922ap-44 },
    { 0x1.f5p-1, 0x1.06p+0, 0x1.7cp-10, -0x1.63d1b07d6p-6, 0x1.3b955b602ace4p-44 },
    { 0x1.f7p-1, 0x1.05p+0, 0x1.a6p-10, -0x1.228a44347p-6, 0x1.6a2c432d6a40bp-44 },
    { 0x1.f9p-1, 0x1.04p+0, 0x1.c8p-10, -0x1.c30a8b0fcp-7, -0x1.f1e7cf6d3a69cp-50 },
    { 0x1.fbp-1, 0x1.03p+0, 0x1.e2p-10, -0x1.418475f82p-7, 0x1.eb1245b5da1f5p-44 },
    { 0x1.fdp-1, 0x1.02p+0, 0x1.f4p-10, -0x1.8102a6b1p-8, -0x1.9e23f0dda40e4p-46 },
    { 0x1p+0, 0x1p+0, 0x0p+0, 0x0p+0, 0x0p+0 },
    { 0x1p+0, 0x1p+0, 0x0p+0, 0x0p+0, 0x0p+0 },
    { 0x1.03p+0, 0x1.fap-1, -0x1.2p-13, 0x1.7dc48a388p-7, 0x1.4554412c584ep-44 },
    { 0x1.05p+0, 0x1.f6p-1, -0x1.9p-12, 0x1.3cea92598p-6, 0x1.98139928637fep-47 },
    { 0x1.07p+0, 0x1.f2p-1, -0x1.88p-11, 0x1.b9fd2ec15p-6, -0x1.5439ce030a687p-44 },
    { 0x1.09p+0, 0x1.efp-1, 0x1.9cp-11, 0x1.1b0e3e4008p-5, -0x1.2b98a9a4168fdp-44 },
    { 0x1.0bp+0, 0x1.ebp-1, 0x1.9p-13, 0x1.58a5c4c04p-5, -0x1.8888ddfc47628p-44 },
    { 0x1.0dp+0, 0x1.e7p-1, -0x1.14p-11, 0x1.95c87b574p-5, -0x1.0c22e4ec4d90dp-44 },
    { 0x1.0fp+0, 0x1.e4p-1, 0x1.7p-11, 0x1.d2773cddd8p-5, 0x1.965c36e09f5fep-44 },
    { 0x1.11p+0, 0x1.ep-1, -0x1p-12, 0x1.07598b59e4p-4, -0x1.7e5dd7009902cp-46 },
    { 0x1.13p+0, 0x1.ddp-1, 0x1.9cp-11, 0x1.253fb5c784p-4, 0x1.49d8cfc10c7bfp-44 },
    { 0x1.15p+0, 0x1.d9p-1, -0x1.98p-12, 0x1.42ede03dbcp-4, 0x1.fad46e8d26ab7p-44 },
    { 0x1.17p+0, 0x1.d6p-1, 0x1.dp-12, 0x1.6065a4d978p-4, 0x1.1cb7ce1d17171p-44 },
    { 0x1.19p+0, 0x1.d2p-1, -0x1.f8p-11, 0x1.7da7e2f41p-4, -0x1.c0fe460d20041p-44 },
    { 0x1.1bp+0, 0x1.cfp-1, -0x1.58p-12, 0x1.9ab432d4d4p-4, -0x1.ab7c09e838668p-44 },
    { 0x1.1dp+0, 0x1.ccp-1, 0x1.cp-13, 0x1.b78c88dad4p-4, 0x1.b1bdff50225c7p-44 },
    { 0x1.1fp+0, 0x1.c9p-1, 0x1.5cp-11, 0x1.d431788218p-4, 0x1.36433b5efbeedp-44 },
    { 0x1.21p+0, 0x1.c6p-1, 0x1.0cp-10, 0x1.f0a39830ap-4, 0x1.11fcba80cdd1p-44 },
    { 0x1.23p+0, 0x1.c2p-1, -0x1.e8p-11, 0x1.06718b59e4p-3, -0x1.7e5dd7009902cp-45 },
    { 0x1.25p+0, 0x1.bfp-1, -0x1.94p-11, 0x1.14788024b2p-3, 0x1.ec2d2a9009e3dp-45 },
    { 0x1.27p+0, 0x1.bcp-1, -0x1.7p-11, 0x1.226712a49cp-3, 0x1.00d238fd3df5cp-46 },
    { 0x1.29p+0, 0x1.b9p-1, -0x1.7cp-11, 0x1.303d94d3a4p-3, 0x1.f098ee3a5081p-44 },
    { 0x1.2bp+0, 0x1.b6p-1, -0x1.b8p-11, 0x1.3dfc5a5992p-3, 0x1.19713c0cae559p-44 },
    { 0x1.2dp+0, 0x1.b3p-1, -0x1.12p-10, 0x1.4ba3b897bcp-3, 0x1.c79b60ae1ff0fp-47 },
    { 0x1.2fp+0, 0x1.b1p-1, 0x1.fcp-11, 0x1.5933cc9018p-3, 0x1.9baa7a6b887f6p-44 },
    { 0x1.31p+0, 0x1.aep-1, 0x1.38p-11, 0x1.66acebe8c2p-3, -0x1.98c1d34f0f462p-44 },
    { 0x1.33p+0, 0x1.abp-1, 0x1.1p-13, 0x1.740f9074fep-3, -0x1.d66a90d0005a6p-44 },
    { 0x1.35p+0, 0x1.a8p-1, -0x1.cp-12, 0x1.815c16551ap-3, 0x1.e0ddb9a631e83p-46 },
    { 0x1.37p+0, 0x1.a5p-1, -0x1.1ap-10, 0x1.8e92db9fccp-3, -0x1.935f57718d7cap-46 },
    { 0x1.39p+0, 0x1.a3p-1, 0x1.2cp-11, 0x1.9bb378debap-3, 0x1.470fa3efec39p-44 },
    { 0x1.3bp+0, 0x1.ap-1, -0x1p-12, 0x1.a8bed3c8aep-3, -0x1.8724350562169p-45 },
    { 0x1.3dp+0, 0x1.9dp-1, -0x1.2ep-10, 0x1.b5b5730b82p-3, 0x1.e90683b9cd768p-46 },
    { 0x1.3fp+0, 0x1.9bp-1, 0x1.28p-12, 0x1.c2968ab18p-3, -0x1.92e0ee55c7ac6p-45 },
    { 0x1.41p+0, 0x1.98p-1, -0x1.ap-11, 0x1.cf637f2656p-3, -0x1.84a7e75b6f6e4p-47 },
    { 0x1.43p+0, 0x1.96p-1, 0x1.08p-11, 0x1.dc1bdb0d48p-3, 0x1.2806a847527e6p-44 },
    { 0x1.45p+0, 0x1.93p-1, -0x1.84p-11, 0x1.e8c049f04ap-3, 0x1.5e91663732a36p-44 },
    { 0x1.47p+0, 0x1.91p-1, 0x1.b8p-12, 0x1.f550b134ep-3, -0x1.bae49f1df7b5ep-44 },
    { 0x1.49p+0, 0x1.8ep-1, -0x1.04p-10, 0x1.00e6e5626cp-2, 0x1.a43dcfade85aep-44 },
    { 0x1.4bp+0, 0x1.8cp-1, 0x1p-15, 0x1.071b8604d6p-2, -0x1.e76324e912b17p-44 },
    { 0x1.4dp+0, 0x1.8ap-1, 0x1.04p-10, 0x1.0d46d67616p-2, 0x1.7188b163ceae9p-45 },
    { 0x1.4fp+0, 0x1.87p-1, -0x1.5cp-11, 0x1.13687ef367p-2, 0x1.e0c07824daaf5p-44 },
    { 0x1.51p+0, 0x1.85p-1, 0x1.5p-13, 0x1.1980d3b9bcp-2, 0x1.7d2f73ad1aa14p-45 },
    { 0x1.53p+0, 0x1.83p-1, 0x1.e4p-11, 0x1.1f9016788ap-2, -0x1.82eaed3c8b65ep-44 },
    { 0x1.55p+0, 0x1.8p-1, -0x1p-10, 0x1.259621134ep-2, -0x1.1b61f10522625p-44 },
    { 0x1.57p+0, 0x1.7ep-1, -0x1.7p-12, 0x1.2b9307cdc9p-2, 0x1.a9cfa4a5004f4p-45 },
    { 0x1.59p+0, 0x1.7cp-1, 0x1.cp-13, 0x1.31871e1d36p-2, -0x1.8e27ad3213cb8p-45 },
    { 0x1.5bp+0, 0x1.7ap-1, 0x1.78p-11, 0x1.3772776be1p-2, 0x1.16ecdb0f177c8p-46 },
    { 0x1.5dp+0, 0x1.78p-1, 0x1.3p-10, 0x1.3d55277333p-2, 0x1.83b54b606bd5cp-46 },
    { 0x1.5fp+0, 0x1.75p-1, -0x1.2ap-10, 0x1.432f1e053ap-2, -0x1.6e95892923d88p-47 },
};

static const exp_entry_t EXP_TABLE[128] = {
    { UINT64_C(0x3FF0000000000000), 0 },
    { UINT64_C(0x3FEFF63DA9FB3335), 0x1.b3b4f1a88bf6dp-54 },
    { UINT64_C(0x3FEFEC9A3E778061), -0x1.160139cd8dc5dp-56 },
    { UINT64_C(0x3FEFE315E86E7F85), -0x1.05e7a108766d1p-54 },
    { UINT64_C(0x3FEFD9B0D3158574), 0x1.cd2523567f613p-55 },
    { UINT64_C(0x3FEFD06B29DDF6DE), -0x1.bce8023f98efap-55 },
    { UINT64_C(0x3FEFC74518759BC8), 0x1.0f74e61e6c861p-57 },
    { UINT64_C(0x3FEFBE3ECAC6F383), 0x1.0a3e45b33d398p-54 },
    { UINT64_C(0x3FEFB5586CF9890F), 0x1.79aa65d837b6cp-54 },
    { UINT64_C(0x3FEFAC922B7247F7), 0x1.eb51a92fdeffbp-55 },
    { UINT64_C(0x3FEFA3EC32D3D1A2), 0x1.ebe3d702f9cd1p-60 },
    { UINT64_C(0x3FEF9B66AFFED31B), -0x1.a033489906e0bp-57 },
    { UINT64_C(0x3FEF9301D0125B51), -0x1.556522a2fbd0ep-54 },
    { UINT64_C(0x3FEF8ABDC06C31CC), -0x1.080ef8c4eea55p-58 },
    { UINT64_C(0x3FEF829AAEA92DE0), -0x1.1c923b9d5f416p-54 },
    { UINT64_C(0x3FEF7A98C8A58E51), 0x1.0d3e3e95c55afp-55 },
    { UINT64_C(0x3FEF72B83C7D517B), -0x1.01b15eaa59348p-55 },
    { UINT64_C(0x3FEF6AF9388C8DEA), -0x1.f1ff055de323dp-55 },
    { UINT64_C(0x3FEF635BEB6FCB75), 0x1.b898c3f1353bfp-55 },
    { UINT64_C(0x3FEF5BE084045CD4), -0x1.6d99c7611eb27p-54 },
    { UINT64_C(0x3FEF54873168B9AA), 0x1.aecf73e3a2f5fp-54 },
    { UINT64_C(0x3FEF4D5022FCD91D), -0x1.fe782cb86389ep-55 },
    { UINT64_C(0x3FEF463B88628CD6), 0x1.a6f4144a6c38cp-55 },
    { UINT64_C(0x3FEF3F49917DDC96), 0x1.07a05b0e4047dp-55 },
    { UINT64_C(0x3FEF387A6E756238), 0x1.68efde3a8a893p-54 },
    { UINT64_C(0x3FEF31CE4FB2A63F), 0x1.75e18f274487dp-55 },
    { UINT64_C(0x3FEF2B4565E27CDD), 0x1.0472b981fe7f2p-55 },
    { UINT64_C(0x3FEF24DFE1F56381), -0x1.6b87b3f71085ep-54 },
    { UINT64_C(0x3FEF1E9DF51FDEE1), 0x1.2f7e16d09ab31p-55 },
    { UINT64_C(0x3FEF187FD0DAD990), -0x1.d219b1a6fbffbp-60 },
    { UINT64_C(0x3FEF1285A6E4030B), 0x1.b3782720c0ab3p-55 },
    { UINT64_C(0x3FEF0CAFA93E2F56), 0x1.e149289cecb8fp-57 },
    { UINT64_C(0x3FEF06FE0A31B715), 0x1.34d754db0abb6p-55 },
    { UINT64_C(0x3FEF0170FC4CD831), 0x1.64201e2ac744cp-55 },
    { UINT64_C(0x3FEEFC08B26416FF), 0x1.fdd395dd3f84ap-55 },
    { UINT64_C(0x3FEEF6C55F929FF1), -0x1.6a3803b8e5b04p-55 },
    { UINT64_C(0x3FEEF1A7373AA9CB), -0x1.24aedcc4b5069p-54 },
    { UINT64_C(0x3FEEECAE6D05D866), -0x1.907f81b512d8fp-54 },
    { UINT64_C(0x3FEEE7DB34E59FF7), -0x1.1d1e83e9436d2p-56 },
    { UINT64_C(0x3FEEE32DC313A8E5), -0x1.91919b3ce1b15p-54 },
    { UINT64_C(0x3FEEDEA64C123422), 0x1.59f48a72a4c6cp-55 },
    { UINT64_C(0x3FEEDA4504AC801C), -0x1.312607a28698ap-54 },
    { UINT64_C(0x3FEED60A21F72E2A), -0x1.8a78f4817895bp-58 },
    { UINT64_C(0x3FEED1F5D950A897), -0x1.c2c9b67499a1bp-56 },
    { UINT64_C(0x3FEECE086061892D), 0x1.363ed60c2ac11p-59 },
    { UINT64_C(0x3FEECA41ED1D0057), 0x1.666093b0664efp-54 },
    { UINT64_C(0x3FEEC6A2B5C13CD0), 0x1.ecce1daa10379p-57 },
    { UINT64_C(0x3FEEC32AF0D7D3DE), 0x1.3ff8e3f0f123p-54 },
    { UINT64_C(0x3FEEBFDAD5362A27), 0x1.690cebb7aafbp-56 },
    { UINT64_C(0x3FEEBCB299FDDD0D), 0x1.31dbdeb54e077p-54 },
    { UINT64_C(0x3FEEB9B2769D2CA7), -0x1.f94340071a38fp-55 },
    { UINT64_C(0x3FEEB6DAA2CF6642), -0x1.7deccdc93a34ap-55 },
    { UINT64_C(0x3FEEB42B569D4F82), -0x1.8dec6bd0f386p-56 },
    { UINT64_C(0x3FEEB1A4CA5D920F), -0x1.61246ec7b5cf6p-55 },
    { UINT64_C(0x3FEEAF4736B527DA), 0x1.3350518fdd78dp-54 },
    { UINT64_C(0x3FEEAD12D497C7FD), 0x1.b98b72f8a9b05p-56 },
    { UINT64_C(0x3FEEAB07DD485429), 0x1.063e1e21c5409p-54 },
    { UINT64_C(0x3FEEA9268A5946B7), 0x1.4c7855019c6eap-60 },
    { UINT64_C(0x3FEEA76F15AD2148), 0x1.432e62b64c035p-54 },
    { UINT64_C(0x3FEEA5E1B976DC09), -0x1.ce44a6199769fp-55 },
    { UINT64_C(0x3FEEA47EB03A5585), -0x1.c33c53bef4da8p-55 },
    { UINT64_C(0x3FEEA34634CCC320), -0x1.45378892be9aep-55 },
    { UINT64_C(0x3FEEA23882552225), -0x1.3cedd78565858p-54 },
    { UINT64_C(0x3FEEA155D44CA973), 0x1.710aa807e1964p-58 },
    { UINT64_C(0x3FEEA09E667F3BCD), -0x1.3b3efbf5e2229p-54 },
    { UINT64_C(0x3FEEA012750BDABF), -0x1.a12ad8734b982p-57 },
    { UINT64_C(0x3FEE9FB23C651A2F), -0x1.367efb86da9eep-57 },
    { UINT64_C(0x3FEE9F7DF9519484), -0x1.0dc3d54e08851p-55 },
    { UINT64_C(0x3FEE9F75E8EC5F74), -0x1.81f647e5a3ecfp-56 },
    { UINT64_C(0x3FEE9F9A48A58174), -0x1.6ee4ac08b7dbp-55 },
    { UINT64_C(0x3FEE9FEB564267C9), -0x1.619321e55e68ap-55 },
    { UINT64_C(0x3FEEA0694FDE5D3F), 0x1.09ccb5e09d4d2p-54 },
    { UINT64_C(0x3FEEA11473EB0187), -0x1.b32dcb94da51dp-56 },
    { UINT64_C(0x3FEEA1ED0130C132), 0x1.4ecfd5467c06bp-54 },
    { UINT64_C(0x3FEEA2F336CF4E62), 0x1.5ebe1abd66c55p-57 },
    { UINT64_C(0x3FEEA427543E1A12), -0x1.8a1c52fb3cf42p-55 },
    { UINT64_C(0x3FEEA589994CCE13), -0x1.369b6f13b3734p-54 },
    { UINT64_C(0x3FEEA71A4623C7AD), -0x1.05e843a19ff1ep-55 },
    { UINT64_C(0x3FEEA8D99B4492ED), -0x1.4d450d872576ep-54 },
    { UINT64_C(0x3FEEAAC7D98A6699), 0x1.0ad675b0e8ap-54 },
    { UINT64_C(0x3FEEACE5422AA0DB), 0x1.db72fc1f0eab4p-55 },
    { UINT64_C(0x3FEEAF3216B5448C), -0x1.5b6609cc5e7ffp-57 },
    { UINT64_C(0x3FEEB1AE99157736), 0x1.bf68359f35f44p-56 },
    { UINT64_C(0x3FEEB45B0B91FFC6), -0x1.3091fa71e3d83p-54 },
    { UINT64_C(0x3FEEB737B0CDC5E5), -0x1.da9b88b6c1e29p-58 },
    { UINT64_C(0x3FEEBA44CBC8520F), -0x1.c23f97c90b959p-57 },
    { UINT64_C(0x3FEEBD829FDE4E50), -0x1.2434322f4f9aap-54 },
    { UINT64_C(0x3FEEC0F170CA07BA), -0x1.5ca6cd7668e4bp-55 },
    { UINT64_C(0x3FEEC49182A3F090), 0x1.1affc2b91ce27p-56 },
    { UINT64_C(0x3FEEC86319E32323), 0x1.dd235e10a73bbp-57 },
    { UINT64_C(0x3FEECC667B5DE565), -0x1.7c50422622263p-55 },
    { UINT64_C(0x3FEED09BEC4A2D33), 0x1.b1c86e3e231d5p-55 },
    { UINT64_C(0x3FEED503B23E255D), -0x1.1bbd1d3bcbb15p-54 },
    { UINT64_C(0x3FEED99E1330B358), 0x1.0cc319cee31d2p-54 },
    { UINT64_C(0x3FEEDE6B5579FDBF), 0x1.469846e735ab3p-55 },
    { UINT64_C(0x3FEEE36BBFD3F37A), -0x1.2dfcd978e9db4p-55 },
    { UINT64_C(0x3FEEE89F995AD3AD), 0x1.c1a7792cb3386p-55 },
    { UINT64_C(0x3FEEEE07298DB666), -0x1.07b8f4ad1d9fap-54 },
    { UINT64_C(0x3FEEF3A2B84F15FB), -0x1.5c3d956dcaebap-58 },
    { UINT64_C(0x3FEEF9728DE5593A), -0x1.0a40e3da6f64p-54 },
    { UINT64_C(0x3FEEFF76F2FB5E47), -0x1.8d6f438ad9334p-57 },
    { UINT64_C(0x3FEF05B030A1064A), -0x1.1eee26b588a36p-54 },
    { UINT64_C(0x3FEF0C1E904BC1D2), 0x1.4ffd70a5fddcdp-56 },
    { UINT64_C(0x3FEF12C25BD71E09), -0x1.1bdfbfa9298adp-54 },
    { UINT64_C(0x3FEF199BDD85529C), 0x1.36eae30af0cb3p-56 },
    { UINT64_C(0x3FEF20AB5FFFD07A), 0x1.ee3325c9ffd93p-55 },
    { UINT64_C(0x3FEF27F12E57D14B), 0x1.4e08fd10959acp-55 },
    { UINT64_C(0x3FEF2F6D9406E7B5), 0x1.3cdaf384e1a67p-57 },
    { UINT64_C(0x3FEF3720DCEF9069), 0x1.76b2c6c921968p-57 },
    { UINT64_C(0x3FEF3F0B555DC3FA), -0x1.08a1883ccb5d2p-55 },
    { UINT64_C(0x3FEF472D4A07897C), -0x1.fad5d3ffffa6fp-55 },
    { UINT64_C(0x3FEF4F87080D89F2), -0x1.00dae3875a949p-54 },
    { UINT64_C(0x3FEF5818DCFBA487), 0x1.4a385a63d07a7p-56 },
    { UINT64_C(0x3FEF60E316C98398), -0x1.2919e2040220fp-55 },
    { UINT64_C(0x3FEF69E603DB3285), 0x1.e5a50d5c192acp-55 },
    { UINT64_C(0x3FEF7321F301B460), 0x1.43a59ac016b4bp-55 },
    { UINT64_C(0x3FEF7C97337B9B5F), -0x1.2d52107b43e1fp-55 },
    { UINT64_C(0x3FEF864614F5A129), -0x1.92ab93b470dc9p-55 },
    { UINT64_C(0x3FEF902EE78B3FF6), 0x1.4b604603a88d3p-56 },
    { UINT64_C(0x3FEF9A51FBC74C83), 0x1.3c5ec519d7271p-55 },
    { UINT64_C(0x3FEFA4AFA2A490DA), -0x1.ff7128fd391f1p-55 },
    { UINT64_C(0x3FEFAF482D8E67F1), -0x1.dae98e223747dp-55 },
    { UINT64_C(0x3FEFBA1BEE615A27), 0x1.ec3bc41aa2008p-55 },
    { UINT64_C(0x3FEFC52B376BBA97), 0x1.42b94c3a9eb32p-55 },
    { UINT64_C(0x3FEFD0765B6E4540), 0x1.a64a931d185edp-55 },
    { UINT64_C(0x3FEFDBFDAD9CBE14), -0x1.e37bae43be3edp-55 },
    { UINT64_C(0x3FEFE7C1819E90D8), 0x1.7893b4d91cd9cp-56 },
    { UINT64_C(0x3FEFF3C22B8F71F1), 0x1.305c14160cc89p-58 },
};

static uint64_t
bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static double
double_of(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

/* (log(1 + r) - r) / r^2, interpolated at Chebyshev points of -0.00455 .. 2^-7, in 50 digits: error below 2^-59 / r. */
static inline double
log_series(double r, double r2)
{
    double low = -0.5 + r * 0x1.555555555461p-2;
    double middle = -0x1.fffffffff292cp-3 + r * 0x1.99999e5fe3032p-3;
    double high = -0x1.55567951dea86p-3 + r * 0x1.2216d50e5aec6p-3;

    return low + r2 * (middle + r2 * high);
}

/* log(x 2^-extra) for the bits of a normal x. */
static inline double
log_normal(uint64_t bits, int extra)
{
    uint64_t from_base = bits - BITS_OF_0_6875;
    const log_entry_t *entry = &LOG_TABLE[(from_base >> 45) & 127u];
    int k = (int) ((int64_t) from_base >> 52) - extra;
    double z = double_of(bits - (from_base & EXPONENT_MASK));
    double p = (z - entry->middle) * entry->inverse;
    double r = p + entry->d;
    double r2 = r * r;
    double base = k * LN2_HIGH + entry->high;
    double sum = base + p;
    double low = (base - sum + p) + (k * LN2_LOW + entry->low);

    return sum + (low + r2 * log_series(r, r2));
}

/* Zero, the subnormal and their neighbours, the largest, the infinite, the negative and what is not a number. */
static double
log_far(double x)
{
    if (x == 0.0) {
        return -INFINITY;
    }
    if (x < 0.0) {
        return NAN;
    }
    if (!(x < INFINITY)) {
        return x;
    }
    return x < 1.0 ? log_normal(bits_of(x * 0x1p52), 52) : log_normal(bits_of(x * 0x1p-52), -52);
}

double
sim_log(double x)
{
    uint64_t bits = bits_of(x);
    int k = (int) ((int64_t) (bits - BITS_OF_0_6875) >> 52);

    if (k < -1021 || k > 1022) { /* a set sign bit makes k one of these too */
        return log_far(x);
    }
    return log_normal(bits, 0);
}

/* exp(x) = scale (1 + what is returned), where n 2^45 and a look-up make the scale. */
static inline double
exp_tail(double x, uint64_t *n)
{
    double shifted = x * INVERSE_LN2_128 + ROUNDER;
    double whole = shifted - ROUNDER;
    double r = x - whole * LN2_128TH_HIGH - whole * LN2_128TH_LOW;
    double r2 = r * r;

    *n = bits_of(shifted);
    return EXP_TABLE[*n & 127u].tail + r + r2 * (1.0 / 2.0 + r * (1.0 / 6.0) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0)));
}

/* The result may overflow or be subnormal: 2^k is applied in two factors, the first of which rounds nothing. */
static double
exp_far(double x)
{
    double tail, scale, half = x > 0.0 ? 0x1p1000 : 0x1p-1000;
    uint64_t n;

    if (!(x > -746.0 && x < 710.0)) {
        return x >= 710.0 ? INFINITY : x <= -746.0 ? 0.0 : x;
    }
    tail = exp_tail(x, &n);
    n = x > 0.0 ? n - (UINT64_C(1000) << 7) : n + (UINT64_C(1000) << 7);
    scale = double_of(EXP_TABLE[n & 127u].bits + (n << 45));
    return (scale + scale * tail) * half;
}

double
sim_exp(double x)
{
    double tail, scale;
    uint64_t n;

    if (!(fabs(x) < 512.0)) {
        return exp_far(x);
    }
    tail = exp_tail(x, &n);
    scale = double_of(EXP_TABLE[n & 127u].bits + (n << 45));
    return scale + scale * tail;
}

/* The product y log x is rounded once, so the relative error is at most about (|y log x| + 1) units of 2^-52. */
double
sim_pow(double x, double y)
{
    return sim_exp(y * sim_log(x));
}

static double
polynomial7(const double coefficient[8], double x)
{
    double sum = coefficient[7];

    for (int i = 6; i >= 0; i--) {
        sum = sum * x + coefficient[i];
    }
    return sum;
}

static double
quantile_centre(double q)
{
    static const double above[8] = { 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
        1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4,
        2.5090809287301226727e3 };
    static const double below[8] = { 1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
        2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3 };
    double r = 0.180625 - q * q;

    return q * polynomial7(above, r) / polynomial7(below, r);
}

/* r = sqrt(-log p) of the smaller tail, at most 5. */
static double
quantile_tail(double r)
{
    static const double above[8] = { 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
        3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
        7.74545014278341407640e-4 };
    static const double below[8] = { 1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9 };

    return polynomial7(above, r - 1.6) / polynomial7(below, r - 1.6);
}

static double
quantile_far_tail(double r)
{
    static const double above[8] = { 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
        2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
        2.01033439929228813265e-7 };
    static const double below[8] = { 1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
        1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
        2.04426310338993978564e-15 };

    return polynomial7(above, r - 5.0) / polynomial7(below, r - 5.0);
}

double
sim_normal_quantile(double p)
{
    double q = p - 0.5;
    double r, z;

    if (q >= -0.425 && q <= 0.425) {
        return quantile_centre(q);
    }
    if (p <= 0.0 || p >= 1.0) {
        return p == 0.0 ? -INFINITY : p == 1.0 ? INFINITY : NAN;
    }
    r = sqrt(-sim_log(q < 0.0 ? p : 1.0 - p));
    z = r <= 5.0 ? quantile_tail(r) : quantile_far_tail(r);
    return q < 0.0 ? -z : z;
}

double
sim_logistic(double x)
{
    double e;

    if (x >= 0.0) {
        return 1.0 / (1.0 + sim_exp(-x));
    }
    e = sim_exp(x);
    return e / (1.0 + e);
}
