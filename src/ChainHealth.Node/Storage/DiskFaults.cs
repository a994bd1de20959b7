using System.Diagnostics;
using System.Globalization;
using ChainHealth.Client;

namespace ChainHealth.Node;

/// <summary>Where a node may be cut off while it makes something durable.</summary>
internal enum PersistPoint
{
    BeforeAppend,
    AfterAppend,
    BeforeFlush,
    AfterFlush,
    BeforeMark,
    BeforeRename,
    BeforeFolderSync,
    AfterFolderSync,
}

/// <summary>Faults of the disk, for tests.</summary>
internal interface IDiskFaults
{
    /// <summary>Called at each point, in order. May wait, throw, or end the process.</summary>
    /// <exception cref="IOException">As the system would.</exception>
    void Pass(PersistPoint point);
}

/// <summary>One fault at the Nth persist point of a process: "kill@N" ends it there as kill -9 does, "eio@N" lets the
/// next flush from there on fail as a broken disk does. The option that asks for it is hidden: for tests of real
/// processes.</summary>
internal sealed class DiskFaults(string kind, int at) : IDiskFaults
{
    private const string Kill = "kill";
    private const string Broken = "eio";

    private int _passed;

    /// <exception cref="NetworkFolderException">It is neither.</exception>
    public static DiskFaults? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        string[] parts = text.Split('@', 2);
        return parts[0] is Kill or Broken && parts.Length == 2
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int at) && at > 0
                ? new DiskFaults(parts[0], at)
                : throw new NetworkFolderException($"--disk-fault {text}: kill@N or eio@N expected");
    }

    public void Pass(PersistPoint point)
    {
        int passed = Interlocked.Increment(ref _passed);
        if (kind == Kill && passed == at)
        {
            Console.Error.WriteLine($"killed at persist point {passed}, {point}");
            using Process self = Process.GetCurrentProcess();
            self.Kill();
        }
        else if (kind == Broken && passed >= at && point == PersistPoint.BeforeFlush)
        {
            throw new IOException("Input/output error");
        }
    }
}
