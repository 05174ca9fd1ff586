/* How values between two codes are rounded, in the order of the words of the option round. */
#ifndef QSI_ROUND_H
#define QSI_ROUND_H

typedef enum qsi_round { QSI_EVEN, QSI_AWAY, QSI_TRUNC, QSI_STOCHASTIC } qsi_round;

#endif
