#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// Macros that Swift cannot import, as functions.
static inline int ffmpeg_error_again(void) { return AVERROR(EAGAIN); }
static inline int ffmpeg_error_end(void) { return AVERROR_EOF; }
static inline int ffmpeg_error_invalid_data(void) { return AVERROR_INVALIDDATA; }
static inline int ffmpeg_error_from_errno(int number) { return AVERROR(number); }
static inline int64_t ffmpeg_no_timestamp(void) { return AV_NOPTS_VALUE; }

// FFmpeg's codes say little ("Invalid data found"); its log says why ("moov atom not found").
// The last error line of this thread is kept for messages; nothing is ever printed.
enum { ffmpeg_message_size = 256 };

static inline char *ffmpeg_last_message(void) {
  static _Thread_local char message[ffmpeg_message_size];
  return message;
}

static inline void ffmpeg_keep_message(void *context, int level, const char *format, va_list list) {
  (void)context;
  if (level > AV_LOG_ERROR) return;
  vsnprintf(ffmpeg_last_message(), ffmpeg_message_size, format, list);
}
static inline void ffmpeg_keep_messages(void) { av_log_set_callback(ffmpeg_keep_message); }
static inline void ffmpeg_forget_message(void) { ffmpeg_last_message()[0] = 0; }
