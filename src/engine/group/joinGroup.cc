// Lets the processes of a distributed training join when tfjs-node's addon creates TensorFlow's context. Linked with
// --wrap, so that the addon's sources stay as they are. One process alone has no ALEXFT_SERVER_DEF, and nothing changes.

#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "tensorflow/c/c_api_experimental.h"
#include "tensorflow/c/eager/c_api.h"

// The prefix of the names of this process's devices.
static std::string own_devices;

static std::string FromHex(const char* hex) {
  std::string bytes;
  for (; hex[0] && hex[1]; hex += 2) bytes.push_back(std::stoi(std::string(hex, 2), nullptr, 16));
  return bytes;
}

// Node handles SIGTERM. TensorFlow takes it at some point while it joins, and then waits for other processes.
class SigtermGuard {
 public:
  SigtermGuard() {
    sigaction(SIGTERM, nullptr, &nodes_);
    watch_ = std::thread([this] {
      while (!joined_) {
        sigaction(SIGTERM, &nodes_, nullptr);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
  }
  ~SigtermGuard() {
    joined_ = true;
    watch_.join();
    sigaction(SIGTERM, &nodes_, nullptr);
  }

 private:
  struct sigaction nodes_;
  std::atomic<bool> joined_{false};
  std::thread watch_;
};

extern "C" {

TFE_Context* __real_TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status);
const char* __real_TF_DeviceListType(const TF_DeviceList* list, int index, TF_Status* status);

TFE_Context* __wrap_TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status) {
  TFE_Context* context = __real_TFE_NewContext(options, status);
  const char* definition = getenv("ALEXFT_SERVER_DEF");
  if (!context || !definition) return context;
  own_devices = getenv("ALEXFT_OWN_DEVICES");
  std::string bytes = FromHex(definition);
  // The addon would drop the message of a status that is not OK.
  TF_Status* joined = TF_NewStatus();
  {
    SigtermGuard guard;
    TFE_EnableCollectiveOps(context, bytes.data(), bytes.size(), joined);
  }
  if (TF_GetCode(joined) != TF_OK) setenv("ALEXFT_JOIN_ERROR", TF_Message(joined), 1);
  TF_DeleteStatus(joined);
  return context;
}

// The addon computes on the last device of the list, which also has those of the other processes.
const char* __wrap_TF_DeviceListType(const TF_DeviceList* list, int index, TF_Status* status) {
  std::string name = TF_DeviceListName(list, index, status);
  if (name.rfind(own_devices, 0) != 0) return "REMOTE";
  return __real_TF_DeviceListType(list, index, status);
}

}  // extern "C"
