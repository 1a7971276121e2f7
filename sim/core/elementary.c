/*
 * sim_log and sim_exp by table look-up and a short polynomial (Tang 1989, 1990), without fused multiply-add.
 *
 * Log: x = 2^k z with 0.6875 <= z < 1.375; the table gives an inverse of z short enough (10 bits) that the product of
 * each half of z with it is exact, so r = z inv - 1 is known to more than double precision, |r| < 2^-7, and
 * log x = k ln 2 - log inv + log(1 + r). Both bins next to 1 have inv = 1, so the result is right near x = 1.
 * Exp: x = (128 k + j) ln 2 / 128 + r, |r| < 2^-8.5, and exp x = 2^k 2^(j/128) exp r.
 *
 * Invariant: the high part of every -log inv, and of ln 2, is a multiple of 2^-42, so that k ln 2 - log inv is exact.
 * The tables hold correctly rounded values. The results assume rounding to nearest.
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

#define BITS_OF_1 UINT64_C(0x3FF0000000000000)
#define BITS_OF_INFINITY UINT64_C(0x7FF0000000000000)
#define BITS_OF_SMALLEST_NORMAL UINT64_C(0x0010000000000000)
#define BITS_OF_0_6875 UINT64_C(0x3FE6000000000000)
#define EXPONENT_MASK UINT64_C(0xFFF0000000000000)
#define HIGH_HALF UINT64_C(0xFFFFFFFFF8000000)

typedef struct {
    double inverse;   /* of the middle of the bin, a multiple of 1/512 */
    double high, low; /* -log(inverse) */
} log_entry_t;

typedef struct {
    double high; /* 2^(j/128) */
    double tail; /* what high lacks, relative to it */
} exp_entry_t;

static const log_entry_t LOG_TABLE[128] = {
    { 0x1.738p+0, -0x1.7d4eeef5efp-2, 0x1.c9018f8f27d8fp-45 },
    { 0x1.71p+0, -0x1.7664e1239ep-2, 0x1.0c4fb6aeb27afp-44 },
    { 0x1.6fp+0, -0x1.70d42e2789p-2, -0x1.1aead337ee287p-45 },
    { 0x1.6dp+0, -0x1.6b3bb22359p-2, -0x1.0f6257a933268p-44 },
    { 0x1.6bp+0, -0x1.659b57303ep-2, -0x1.f281db0af8efcp-46 },
    { 0x1.69p+0, -0x1.5ff3070a79p-2, -0x1.e9e439f105039p-45 },
    { 0x1.67p+0, -0x1.5a42ab0f4dp-2, 0x1.e63af2df7ba69p-50 },
    { 0x1.65p+0, -0x1.548a2c3addp-2, -0x1.3167e63081cf7p-45 },
    { 0x1.63p+0, -0x1.4ec97326p-2, -0x1.34d7aaf04d104p-45 },
    { 0x1.618p+0, -0x1.4a7373cedp-2, 0x1.9a234ebf35449p-44 },
    { 0x1.5f8p+0, -0x1.44a41b463cp-2, -0x1.1ee28f37cf612p-44 },
    { 0x1.5d8p+0, -0x1.3ecc460ef6p-2, 0x1.6028627c1300fp-47 },
    { 0x1.5b8p+0, -0x1.38ebdb38edp-2, -0x1.90582e67d4cap-45 },
    { 0x1.5ap+0, -0x1.347dd9a988p-2, 0x1.5594dd4c58092p-45 },
    { 0x1.58p+0, -0x1.2e8e2bae12p-2, 0x1.67b1e99b72bd8p-45 },
    { 0x1.56p+0, -0x1.2895a13de8p-2, -0x1.a8d7ad24c13fp-44 },
    { 0x1.548p+0, -0x1.241558bfd1p-2, -0x1.00fff3228fcadp-44 },
    { 0x1.528p+0, -0x1.1e0d0c3371p-2, -0x1.af8f2a9b0d4ap-44 },
    { 0x1.51p+0, -0x1.1980d2dd42p-2, -0x1.b7b3a7a361c9ap-45 },
    { 0x1.4fp+0, -0x1.136870293bp-2, 0x1.d3e8499d67123p-44 },
    { 0x1.4d8p+0, -0x1.0ed005f658p-2, 0x1.2dc75285aa803p-45 },
    { 0x1.4cp+0, -0x1.0a324e2739p-2, -0x1.c6bee7ef4030ep-47 },
    { 0x1.4ap+0, -0x1.0402594b4dp-2, -0x1.036b89ef42d7fp-48 },
    { 0x1.488p+0, -0x1.feb0233e6p-3, -0x1.f316e32d5e8c7p-45 },
    { 0x1.47p+0, -0x1.f550a564b8p-3, 0x1.323e3a09202fep-45 },
    { 0x1.45p+0, -0x1.e8c0252aa6p-3, 0x1.6805b80e8e6ffp-45 },
    { 0x1.438p+0, -0x1.df46c0c722p-3, -0x1.a5e82b0b79039p-44 },
    { 0x1.42p+0, -0x1.d5c216b4fcp-3, 0x1.1ba91bbca681bp-45 },
    { 0x1.408p+0, -0x1.cc320c0176p-3, -0x1.409039a653794p-45 },
    { 0x1.3fp+0, -0x1.c2968558c2p-3, 0x1.cfd73dee38a4p-45 },
    { 0x1.3d8p+0, -0x1.b8ef67042p-3, -0x1.87533321788ep-44 },
    { 0x1.3cp+0, -0x1.af3c94e80cp-3, 0x1.a4e633fcd9066p-52 },
    { 0x1.3a8p+0, -0x1.a57df28244p-3, -0x1.b99c8ca1d9abbp-44 },
    { 0x1.39p+0, -0x1.9bb362e7ep-3, 0x1.1f2a8a1ce0ffcp-45 },
    { 0x1.378p+0, -0x1.91dcc8c34p-3, -0x1.7bc6abddeff46p-44 },
    { 0x1.36p+0, -0x1.87fa06520cp-3, -0x1.22120401202fcp-44 },
    { 0x1.348p+0, -0x1.7e0afd630cp-3, -0x1.39e7c1d8f1034p-46 },
    { 0x1.33p+0, -0x1.740f8f5404p-3, 0x1.0b66c99018aa1p-44 },
    { 0x1.318p+0, -0x1.6a079d0f7ap-3, -0x1.5a3f8448d14f5p-44 },
    { 0x1.3p+0, -0x1.5ff3070a7ap-3, 0x1.8586f183bebf2p-44 },
    { 0x1.2e8p+0, -0x1.55d1ad4232p-3, -0x1.add94dda647e8p-44 },
    { 0x1.2d8p+0, -0x1.4f099f4a24p-3, 0x1.e9bf2fafeaf27p-44 },
    { 0x1.2cp+0, -0x1.44d2b6ccb8p-3, 0x1.70cc16135783cp-46 },
    { 0x1.2a8p+0, -0x1.3a8eb2d31ap-3, -0x1.bafb77d5d503ep-46 },
    { 0x1.29p+0, -0x1.303d718e48p-3, 0x1.680b5ce3ecb05p-50 },
    { 0x1.28p+0, -0x1.29552f82p-3, 0x1.5b967f4471dfcp-44 },
    { 0x1.268p+0, -0x1.1eed90e2dcp-3, -0x1.615637097648fp-46 },
    { 0x1.25p+0, -0x1.1478584674p-3, -0x1.563451027c75p-46 },
    { 0x1.24p+0, -0x1.0d77e7cd08p-3, -0x1.cb2cd2ee2f482p-44 },
    { 0x1.228p+0, -0x1.02ebb42bf4p-3, 0x1.5a8fa5ce00e5dp-46 },
    { 0x1.218p+0, -0x1.f7b79fec38p-4, 0x1.10987e897ed01p-47 },
    { 0x1.2p+0, -0x1.e27076e2bp-4, 0x1.a342c2af0003cp-45 },
    { 0x1.1fp+0, -0x1.d4313d66ccp-4, 0x1.9454379135713p-45 },
    { 0x1.1d8p+0, -0x1.beba818148p-4, 0x1.89b78b6df1f57p-44 },
    { 0x1.1c8p+0, -0x1.b05b49bee4p-4, -0x1.ff22c18f84a5ep-47 },
    { 0x1.1bp+0, -0x1.9ab4246204p-4, 0x1.8a64826787061p-45 },
    { 0x1.1ap+0, -0x1.8c345d6318p-4, -0x1.b20f5acb42a66p-44 },
    { 0x1.188p+0, -0x1.765bf23a6cp-4, 0x1.ecbc035c4256ap-48 },
    { 0x1.178p+0, -0x1.67bb0726ecp-4, -0x1.f724b69ef5912p-49 },
    { 0x1.168p+0, -0x1.590cafdfp-4, -0x1.c284f5722abaap-44 },
    { 0x1.15p+0, -0x1.42edcbea64p-4, -0x1.bc0eeea7c9acdp-46 },
    { 0x1.14p+0, -0x1.341d7961bcp-4, -0x1.1d0929983761p-44 },
    { 0x1.13p+0, -0x1.253f62f0ap-4, -0x1.416f8fb69a701p-44 },
    { 0x1.118p+0, -0x1.0ed839b554p-4, 0x1.901f46d48abb4p-44 },
    { 0x1.108p+0, -0x1.ffae9119b8p-5, -0x1.303374262c554p-45 },
    { 0x1.0f8p+0, -0x1.e19070c278p-5, 0x1.fea4664629e86p-45 },
    { 0x1.0e8p+0, -0x1.c355dd092p-5, -0x1.f2ccc9abf8388p-45 },
    { 0x1.0dp+0, -0x1.95c830ec9p-5, 0x1.c148297c5feb8p-45 },
    { 0x1.0cp+0, -0x1.77458f633p-5, 0x1.181dce586af09p-44 },
    { 0x1.0bp+0, -0x1.58a5bafc9p-5, 0x1.b2b739570ad39p-45 },
    { 0x1.0ap+0, -0x1.39e87b9fe8p-5, -0x1.eafd480ad9015p-44 },
    { 0x1.09p+0, -0x1.1b0d98924p-5, 0x1.3401e9ae889bbp-44 },
    { 0x1.078p+0, -0x1.d91a66c54p-6, -0x1.e61f1658cfb9ap-45 },
    { 0x1.068p+0, -0x1.9ace7551dp-6, 0x1.d75d97ec7c41p-45 },
    { 0x1.058p+0, -0x1.5c45a51b9p-6, 0x1.63bb6216d87d8p-45 },
    { 0x1.048p+0, -0x1.1d7f7eb9fp-6, 0x1.4193a83fcc7a6p-46 },
    { 0x1.038p+0, -0x1.bcf712c74p-7, -0x1.c25e097bd9771p-46 },
    { 0x1.028p+0, -0x1.3e7295d26p-7, 0x1.609c1ff29a114p-45 },
    { 0x1.018p+0, -0x1.7ee11ebd8p-8, -0x1.749d3c2d23a07p-47 },
    { 0x1p+0, 0, 0 },
    { 0x1p+0, 0, 0 },
    { 0x1.fap-1, 0x1.82448a388p-7, 0x1.4554412c584ep-44 },
    { 0x1.f6p-1, 0x1.432a92598p-6, 0x1.98139928637fep-47 },
    { 0x1.f2p-1, 0x1.c63d2ec15p-6, -0x1.5439ce030a687p-44 },
    { 0x1.efp-1, 0x1.149e3e4008p-5, -0x1.2b98a9a4168fdp-44 },
    { 0x1.ebp-1, 0x1.5715c4c04p-5, -0x1.8888ddfc47628p-44 },
    { 0x1.e7p-1, 0x1.9a187b574p-5, -0x1.0c22e4ec4d90dp-44 },
    { 0x1.e4p-1, 0x1.ccb73cddd8p-5, 0x1.965c36e09f5fep-44 },
    { 0x1.ep-1, 0x1.08598b59e4p-4, -0x1.7e5dd7009902cp-46 },
    { 0x1.ddp-1, 0x1.2207b5c784p-4, 0x1.49d8cfc10c7bfp-44 },
    { 0x1.d9p-1, 0x1.4485e03dbcp-4, 0x1.fad46e8d26ab7p-44 },
    { 0x1.d6p-1, 0x1.5e95a4d978p-4, 0x1.1cb7ce1d17171p-44 },
    { 0x1.d2p-1, 0x1.8197e2f41p-4, -0x1.c0fe460d20041p-44 },
    { 0x1.cfp-1, 0x1.9c0c32d4d4p-4, -0x1.ab7c09e838668p-44 },
    { 0x1.ccp-1, 0x1.b6ac88dad4p-4, 0x1.b1bdff50225c7p-44 },
    { 0x1.c9p-1, 0x1.d179788218p-4, 0x1.36433b5efbeedp-44 },
    { 0x1.c6p-1, 0x1.ec739830ap-4, 0x1.11fcba80cdd1p-44 },
    { 0x1.c2p-1, 0x1.08598b59e4p-3, -0x1.7e5dd7009902cp-45 },
    { 0x1.bfp-1, 0x1.160c8024b2p-3, 0x1.ec2d2a9009e3dp-45 },
    { 0x1.bcp-1, 0x1.23d712a49cp-3, 0x1.00d238fd3df5cp-46 },
    { 0x1.b9p-1, 0x1.31b994d3a4p-3, 0x1.f098ee3a5081p-44 },
    { 0x1.b6p-1, 0x1.3fb45a5992p-3, 0x1.19713c0cae559p-44 },
    { 0x1.b3p-1, 0x1.4dc7b897bcp-3, 0x1.c79b60ae1ff0fp-47 },
    { 0x1.b1p-1, 0x1.5737cc9018p-3, 0x1.9baa7a6b887f6p-44 },
    { 0x1.aep-1, 0x1.6574ebe8c2p-3, -0x1.98c1d34f0f462p-44 },
    { 0x1.abp-1, 0x1.73cb9074fep-3, -0x1.d66a90d0005a6p-44 },
    { 0x1.a8p-1, 0x1.823c16551ap-3, 0x1.e0ddb9a631e83p-46 },
    { 0x1.a5p-1, 0x1.90c6db9fccp-3, -0x1.935f57718d7cap-46 },
    { 0x1.a3p-1, 0x1.9a8778debap-3, 0x1.470fa3efec39p-44 },
    { 0x1.ap-1, 0x1.a93ed3c8aep-3, -0x1.8724350562169p-45 },
    { 0x1.9dp-1, 0x1.b811730b82p-3, 0x1.e90683b9cd768p-46 },
    { 0x1.9bp-1, 0x1.c2028ab18p-3, -0x1.92e0ee55c7ac6p-45 },
    { 0x1.98p-1, 0x1.d1037f2656p-3, -0x1.84a7e75b6f6e4p-47 },
    { 0x1.96p-1, 0x1.db13db0d48p-3, 0x1.2806a847527e6p-44 },
    { 0x1.93p-1, 0x1.ea4449f04ap-3, 0x1.5e91663732a36p-44 },
    { 0x1.91p-1, 0x1.f474b134ep-3, -0x1.bae49f1df7b5ep-44 },
    { 0x1.8ep-1, 0x1.01eae5626cp-2, 0x1.a43dcfade85aep-44 },
    { 0x1.8cp-1, 0x1.07138604d6p-2, -0x1.e76324e912b17p-44 },
    { 0x1.8ap-1, 0x1.0c42d67616p-2, 0x1.7188b163ceae9p-45 },
    { 0x1.87p-1, 0x1.14167ef367p-2, 0x1.e0c07824daaf5p-44 },
    { 0x1.85p-1, 0x1.1956d3b9bcp-2, 0x1.7d2f73ad1aa14p-45 },
    { 0x1.83p-1, 0x1.1e9e16788ap-2, -0x1.82eaed3c8b65ep-44 },
    { 0x1.8p-1, 0x1.269621134ep-2, -0x1.1b61f10522625p-44 },
    { 0x1.7ep-1, 0x1.2bef07cdc9p-2, 0x1.a9cfa4a5004f4p-45 },
    { 0x1.7cp-1, 0x1.314f1e1d36p-2, -0x1.8e27ad3213cb8p-45 },
    { 0x1.7ap-1, 0x1.36b6776be1p-2, 0x1.16ecdb0f177c8p-46 },
    { 0x1.78p-1, 0x1.3c25277333p-2, 0x1.83b54b606bd5cp-46 },
    { 0x1.75p-1, 0x1.44591e053ap-2, -0x1.6e95892923d88p-47 },
};

static const exp_entry_t EXP_TABLE[128] = {
    { 0x1p+0, 0 },
    { 0x1.0163da9fb3335p+0, 0x1.b3b4f1a88bf6dp-54 },
    { 0x1.02c9a3e778061p+0, -0x1.160139cd8dc5dp-56 },
    { 0x1.04315e86e7f85p+0, -0x1.05e7a108766d1p-54 },
    { 0x1.059b0d3158574p+0, 0x1.cd2523567f613p-55 },
    { 0x1.0706b29ddf6dep+0, -0x1.bce8023f98efap-55 },
    { 0x1.0874518759bc8p+0, 0x1.0f74e61e6c861p-57 },
    { 0x1.09e3ecac6f383p+0, 0x1.0a3e45b33d398p-54 },
    { 0x1.0b5586cf9890fp+0, 0x1.79aa65d837b6cp-54 },
    { 0x1.0cc922b7247f7p+0, 0x1.eb51a92fdeffbp-55 },
    { 0x1.0e3ec32d3d1a2p+0, 0x1.ebe3d702f9cd1p-60 },
    { 0x1.0fb66affed31bp+0, -0x1.a033489906e0bp-57 },
    { 0x1.11301d0125b51p+0, -0x1.556522a2fbd0ep-54 },
    { 0x1.12abdc06c31ccp+0, -0x1.080ef8c4eea55p-58 },
    { 0x1.1429aaea92dep+0, -0x1.1c923b9d5f416p-54 },
    { 0x1.15a98c8a58e51p+0, 0x1.0d3e3e95c55afp-55 },
    { 0x1.172b83c7d517bp+0, -0x1.01b15eaa59348p-55 },
    { 0x1.18af9388c8deap+0, -0x1.f1ff055de323dp-55 },
    { 0x1.1a35beb6fcb75p+0, 0x1.b898c3f1353bfp-55 },
    { 0x1.1bbe084045cd4p+0, -0x1.6d99c7611eb27p-54 },
    { 0x1.1d4873168b9aap+0, 0x1.aecf73e3a2f5fp-54 },
    { 0x1.1ed5022fcd91dp+0, -0x1.fe782cb86389ep-55 },
    { 0x1.2063b88628cd6p+0, 0x1.a6f4144a6c38cp-55 },
    { 0x1.21f49917ddc96p+0, 0x1.07a05b0e4047dp-55 },
    { 0x1.2387a6e756238p+0, 0x1.68efde3a8a893p-54 },
    { 0x1.251ce4fb2a63fp+0, 0x1.75e18f274487dp-55 },
    { 0x1.26b4565e27cddp+0, 0x1.0472b981fe7f2p-55 },
    { 0x1.284dfe1f56381p+0, -0x1.6b87b3f71085ep-54 },
    { 0x1.29e9df51fdee1p+0, 0x1.2f7e16d09ab31p-55 },
    { 0x1.2b87fd0dad99p+0, -0x1.d219b1a6fbffbp-60 },
    { 0x1.2d285a6e4030bp+0, 0x1.b3782720c0ab3p-55 },
    { 0x1.2ecafa93e2f56p+0, 0x1.e149289cecb8fp-57 },
    { 0x1.306fe0a31b715p+0, 0x1.34d754db0abb6p-55 },
    { 0x1.32170fc4cd831p+0, 0x1.64201e2ac744cp-55 },
    { 0x1.33c08b26416ffp+0, 0x1.fdd395dd3f84ap-55 },
    { 0x1.356c55f929ff1p+0, -0x1.6a3803b8e5b04p-55 },
    { 0x1.371a7373aa9cbp+0, -0x1.24aedcc4b5069p-54 },
    { 0x1.38cae6d05d866p+0, -0x1.907f81b512d8fp-54 },
    { 0x1.3a7db34e59ff7p+0, -0x1.1d1e83e9436d2p-56 },
    { 0x1.3c32dc313a8e5p+0, -0x1.91919b3ce1b15p-54 },
    { 0x1.3dea64c123422p+0, 0x1.59f48a72a4c6cp-55 },
    { 0x1.3fa4504ac801cp+0, -0x1.312607a28698ap-54 },
    { 0x1.4160a21f72e2ap+0, -0x1.8a78f4817895bp-58 },
    { 0x1.431f5d950a897p+0, -0x1.c2c9b67499a1bp-56 },
    { 0x1.44e086061892dp+0, 0x1.363ed60c2ac11p-59 },
    { 0x1.46a41ed1d0057p+0, 0x1.666093b0664efp-54 },
    { 0x1.486a2b5c13cdp+0, 0x1.ecce1daa10379p-57 },
    { 0x1.4a32af0d7d3dep+0, 0x1.3ff8e3f0f123p-54 },
    { 0x1.4bfdad5362a27p+0, 0x1.690cebb7aafbp-56 },
    { 0x1.4dcb299fddd0dp+0, 0x1.31dbdeb54e077p-54 },
    { 0x1.4f9b2769d2ca7p+0, -0x1.f94340071a38fp-55 },
    { 0x1.516daa2cf6642p+0, -0x1.7deccdc93a34ap-55 },
    { 0x1.5342b569d4f82p+0, -0x1.8dec6bd0f386p-56 },
    { 0x1.551a4ca5d920fp+0, -0x1.61246ec7b5cf6p-55 },
    { 0x1.56f4736b527dap+0, 0x1.3350518fdd78dp-54 },
    { 0x1.58d12d497c7fdp+0, 0x1.b98b72f8a9b05p-56 },
    { 0x1.5ab07dd485429p+0, 0x1.063e1e21c5409p-54 },
    { 0x1.5c9268a5946b7p+0, 0x1.4c7855019c6eap-60 },
    { 0x1.5e76f15ad2148p+0, 0x1.432e62b64c035p-54 },
    { 0x1.605e1b976dc09p+0, -0x1.ce44a6199769fp-55 },
    { 0x1.6247eb03a5585p+0, -0x1.c33c53bef4da8p-55 },
    { 0x1.6434634ccc32p+0, -0x1.45378892be9aep-55 },
    { 0x1.6623882552225p+0, -0x1.3cedd78565858p-54 },
    { 0x1.68155d44ca973p+0, 0x1.710aa807e1964p-58 },
    { 0x1.6a09e667f3bcdp+0, -0x1.3b3efbf5e2229p-54 },
    { 0x1.6c012750bdabfp+0, -0x1.a12ad8734b982p-57 },
    { 0x1.6dfb23c651a2fp+0, -0x1.367efb86da9eep-57 },
    { 0x1.6ff7df9519484p+0, -0x1.0dc3d54e08851p-55 },
    { 0x1.71f75e8ec5f74p+0, -0x1.81f647e5a3ecfp-56 },
    { 0x1.73f9a48a58174p+0, -0x1.6ee4ac08b7dbp-55 },
    { 0x1.75feb564267c9p+0, -0x1.619321e55e68ap-55 },
    { 0x1.780694fde5d3fp+0, 0x1.09ccb5e09d4d2p-54 },
    { 0x1.7a11473eb0187p+0, -0x1.b32dcb94da51dp-56 },
    { 0x1.7c1ed0130c132p+0, 0x1.4ecfd5467c06bp-54 },
    { 0x1.7e2f336cf4e62p+0, 0x1.5ebe1abd66c55p-57 },
    { 0x1.80427543e1a12p+0, -0x1.8a1c52fb3cf42p-55 },
    { 0x1.82589994cce13p+0, -0x1.369b6f13b3734p-54 },
    { 0x1.8471a4623c7adp+0, -0x1.05e843a19ff1ep-55 },
    { 0x1.868d99b4492edp+0, -0x1.4d450d872576ep-54 },
    { 0x1.88ac7d98a6699p+0, 0x1.0ad675b0e8ap-54 },
    { 0x1.8ace5422aa0dbp+0, 0x1.db72fc1f0eab4p-55 },
    { 0x1.8cf3216b5448cp+0, -0x1.5b6609cc5e7ffp-57 },
    { 0x1.8f1ae99157736p+0, 0x1.bf68359f35f44p-56 },
    { 0x1.9145b0b91ffc6p+0, -0x1.3091fa71e3d83p-54 },
    { 0x1.93737b0cdc5e5p+0, -0x1.da9b88b6c1e29p-58 },
    { 0x1.95a44cbc8520fp+0, -0x1.c23f97c90b959p-57 },
    { 0x1.97d829fde4e5p+0, -0x1.2434322f4f9aap-54 },
    { 0x1.9a0f170ca07bap+0, -0x1.5ca6cd7668e4bp-55 },
    { 0x1.9c49182a3f09p+0, 0x1.1affc2b91ce27p-56 },
    { 0x1.9e86319e32323p+0, 0x1.dd235e10a73bbp-57 },
    { 0x1.a0c667b5de565p+0, -0x1.7c50422622263p-55 },
    { 0x1.a309bec4a2d33p+0, 0x1.b1c86e3e231d5p-55 },
    { 0x1.a5503b23e255dp+0, -0x1.1bbd1d3bcbb15p-54 },
    { 0x1.a799e1330b358p+0, 0x1.0cc319cee31d2p-54 },
    { 0x1.a9e6b5579fdbfp+0, 0x1.469846e735ab3p-55 },
    { 0x1.ac36bbfd3f37ap+0, -0x1.2dfcd978e9db4p-55 },
    { 0x1.ae89f995ad3adp+0, 0x1.c1a7792cb3386p-55 },
    { 0x1.b0e07298db666p+0, -0x1.07b8f4ad1d9fap-54 },
    { 0x1.b33a2b84f15fbp+0, -0x1.5c3d956dcaebap-58 },
    { 0x1.b59728de5593ap+0, -0x1.0a40e3da6f64p-54 },
    { 0x1.b7f76f2fb5e47p+0, -0x1.8d6f438ad9334p-57 },
    { 0x1.ba5b030a1064ap+0, -0x1.1eee26b588a36p-54 },
    { 0x1.bcc1e904bc1d2p+0, 0x1.4ffd70a5fddcdp-56 },
    { 0x1.bf2c25bd71e09p+0, -0x1.1bdfbfa9298adp-54 },
    { 0x1.c199bdd85529cp+0, 0x1.36eae30af0cb3p-56 },
    { 0x1.c40ab5fffd07ap+0, 0x1.ee3325c9ffd93p-55 },
    { 0x1.c67f12e57d14bp+0, 0x1.4e08fd10959acp-55 },
    { 0x1.c8f6d9406e7b5p+0, 0x1.3cdaf384e1a67p-57 },
    { 0x1.cb720dcef9069p+0, 0x1.76b2c6c921968p-57 },
    { 0x1.cdf0b555dc3fap+0, -0x1.08a1883ccb5d2p-55 },
    { 0x1.d072d4a07897cp+0, -0x1.fad5d3ffffa6fp-55 },
    { 0x1.d2f87080d89f2p+0, -0x1.00dae3875a949p-54 },
    { 0x1.d5818dcfba487p+0, 0x1.4a385a63d07a7p-56 },
    { 0x1.d80e316c98398p+0, -0x1.2919e2040220fp-55 },
    { 0x1.da9e603db3285p+0, 0x1.e5a50d5c192acp-55 },
    { 0x1.dd321f301b46p+0, 0x1.43a59ac016b4bp-55 },
    { 0x1.dfc97337b9b5fp+0, -0x1.2d52107b43e1fp-55 },
    { 0x1.e264614f5a129p+0, -0x1.92ab93b470dc9p-55 },
    { 0x1.e502ee78b3ff6p+0, 0x1.4b604603a88d3p-56 },
    { 0x1.e7a51fbc74c83p+0, 0x1.3c5ec519d7271p-55 },
    { 0x1.ea4afa2a490dap+0, -0x1.ff7128fd391f1p-55 },
    { 0x1.ecf482d8e67f1p+0, -0x1.dae98e223747dp-55 },
    { 0x1.efa1bee615a27p+0, 0x1.ec3bc41aa2008p-55 },
    { 0x1.f252b376bba97p+0, 0x1.42b94c3a9eb32p-55 },
    { 0x1.f50765b6e454p+0, 0x1.a64a931d185edp-55 },
    { 0x1.f7bfdad9cbe14p+0, -0x1.e37bae43be3edp-55 },
    { 0x1.fa7c1819e90d8p+0, 0x1.7893b4d91cd9cp-56 },
    { 0x1.fd3c22b8f71f1p+0, 0x1.305c14160cc89p-58 },
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

/* log(1 + r) - r for |r| < 2^-7; the first term left out is below 2^-59 of r. */
static double
log_series(double r)
{
    double r2 = r * r;
    double low = -1.0 / 2.0 + r * (1.0 / 3.0);
    double middle = -1.0 / 4.0 + r * (1.0 / 5.0);
    double high = -1.0 / 6.0 + r * (1.0 / 7.0) - r2 * (1.0 / 8.0);

    return r2 * (low + r2 * (middle + r2 * high));
}

static double
log_positive(uint64_t bits, int extra)
{
    uint64_t from_base = bits - BITS_OF_0_6875;
    const log_entry_t *entry = &LOG_TABLE[(from_base >> 45) & 127u];
    int k = (int) ((int64_t) from_base >> 52) - extra;
    uint64_t z_bits = bits - (from_base & EXPONENT_MASK);
    double z = double_of(z_bits);
    double z_high = double_of(z_bits & HIGH_HALF);
    double r_high = z_high * entry->inverse - 1.0;
    double r_low = (z - z_high) * entry->inverse;
    double r = r_high + r_low;
    double r_error = r_high - r + r_low;
    double base = k * LN2_HIGH + entry->high;
    double sum = base + r;
    double sum_error = base - sum + r;

    return sum + (sum_error + (k * LN2_LOW + entry->low + r_error) + log_series(r));
}

double
sim_log(double x)
{
    uint64_t bits = bits_of(x);

    if (bits - BITS_OF_SMALLEST_NORMAL < BITS_OF_INFINITY - BITS_OF_SMALLEST_NORMAL) {
        return log_positive(bits, 0);
    }
    if (x == 0.0) {
        return -INFINITY;
    }
    if (x < 0.0) {
        return NAN;
    }
    if (bits >= BITS_OF_INFINITY) {
        return x;
    }
    return log_positive(bits_of(x * 0x1p52), 52);
}

/* 2^k scale (1 + tail), where the result may overflow or be subnormal. */
static double
exp_far(int k, double scale, double tail)
{
    double half = k > 0 ? 0x1p1000 : 0x1p-1000;
    double rest = double_of(BITS_OF_1 + ((uint64_t) (int64_t) (k > 0 ? k - 1000 : k + 1000) << 52));

    return (scale + scale * tail) * rest * half;
}

double
sim_exp(double x)
{
    double shifted, r, r2, tail, scale;
    int n, j, k;

    if (!(x > -746.0 && x < 710.0)) {
        return x >= 710.0 ? INFINITY : x <= -746.0 ? 0.0 : x;
    }
    shifted = x * INVERSE_LN2_128 + 0x1.8p52; /* adding 1.5 x 2^52 rounds to an integer */
    shifted -= 0x1.8p52;
    n = (int) shifted;
    j = n & 127;
    k = (n - j) / 128;
    r = x - shifted * LN2_128TH_HIGH - shifted * LN2_128TH_LOW;
    r2 = r * r;
    tail = EXP_TABLE[j].tail + r + r2 * (1.0 / 2.0 + r * (1.0 / 6.0) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0)));
    if (k < -960 || k > 1022) { /* below, scale x tail would be rounded as a subnormal */
        return exp_far(k, EXP_TABLE[j].high, tail);
    }
    scale = double_of(bits_of(EXP_TABLE[j].high) + ((uint64_t) (int64_t) k << 52));
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
