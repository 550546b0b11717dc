// Only in builds with AddressSanitizer: libraries stay loaded, so that the leak check at the end can say whose memory
// it is. Mesa unloads its driver before that, and what the driver kept would count as ours (`check` has the
// suppressions).
extern "C" int dlclose(void*) noexcept {
    return 0;
}
