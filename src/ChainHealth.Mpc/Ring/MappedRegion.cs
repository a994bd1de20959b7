using System.Runtime.InteropServices;

namespace ChainHealth.Mpc;

/// <summary>A wide stretch of addresses on Linux, backed by memory where it is touched: in pages of 2 MiB where the
/// system grants them (one fault instead of 512, fewer misses of the translation buffer), and left out of core dumps.
/// Elsewhere, and where the system declines, it is empty.</summary>
internal sealed unsafe partial class MappedRegion : IDisposable
{
    public const int PageBytes = 2 * 1024 * 1024;

    private const long BytesMax = 16L << 30;
    private const long BytesMin = 256L << 20;
    private const int ReadAndWrite = 3;
    private const int PrivateAnonymousNoReserve = 0x4022;
    private const nint Failed = -1;
    private const int AdviseDontNeed = 4;
    private const int AdviseHugePage = 14;
    private const int AdviseDontDump = 16;

    private void* _mapped;
    private long _mappedBytes;

    public MappedRegion()
    {
        for (long bytes = BytesMax; OperatingSystem.IsLinux() && bytes >= BytesMin && Bytes == 0; bytes /= 2)
        {
            nint mapped = Map(null, (nuint)bytes, ReadAndWrite, PrivateAnonymousNoReserve, -1, 0);
            if (mapped != Failed)
            {
                _mapped = (void*)mapped;
                _mappedBytes = bytes;
                Start = (ulong*)((mapped + PageBytes - 1) / PageBytes * PageBytes);
                Bytes = bytes - PageBytes;
                _ = Advise(_mapped, (nuint)bytes, AdviseHugePage);
                _ = Advise(_mapped, (nuint)bytes, AdviseDontDump);
            }
        }
    }

    ~MappedRegion() => Dispose();

    public ulong* Start { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Gives the pages from here on back to the system; they read as zeros. False where it declines.</summary>
    public bool Drop(long offsetBytes, long bytes) =>
        bytes <= 0 || Advise((byte*)Start + offsetBytes, (nuint)bytes, AdviseDontNeed) == 0;

    public void Dispose()
    {
        if (_mapped is not null)
        {
            _ = Unmap(_mapped, (nuint)_mappedBytes);
            _mapped = Start = null;
            Bytes = 0;
        }

        GC.SuppressFinalize(this);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
