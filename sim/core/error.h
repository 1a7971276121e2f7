/* Error codes shared by every library room. 0 is success; each negative code has one sentence. */
#ifndef SIM_ERROR_H
#define SIM_ERROR_H

#define SIM_MUST_CHECK __attribute__((warn_unused_result))

enum {
    SIM_OK = 0,
    SIM_ERR_NO_MEMORY = -1,
    SIM_ERR_BAD_PARAM = -2, /* a value outside its documented range */
    SIM_ERR_FULL = -3,      /* a fixed limit of the engine was reached (slots, stages, classes) */
    SIM_ERR_NOT_FOUND = -4,
    SIM_ERR_IO = -5,
    SIM_ERR_STORE = -6,    /* the results file could not be read or written */
    SIM_ERR_SCENARIO = -7, /* the scenario is invalid; the error list says where */
    SIM_ERR_INTERRUPTED = -8,
    SIM_ERR_UNSUPPORTED = -9,
    SIM_ERR_INVARIANT = -10, /* the engine found its own state inconsistent */
    SIM_ERR_EXISTS = -11     /* a named file is there and may not be overwritten */
};

/** One sentence for a code; "unknown error" for a code that is not ours. Never NULL. */
const char *sim_strerror(int code);

#endif
