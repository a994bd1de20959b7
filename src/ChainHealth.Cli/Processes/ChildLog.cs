using System.Text;

namespace ChainHealth.Cli;

/// <summary>What a child printed: all of it in its log file up to a limit, the last lines in memory. Written by the two
/// readers of its standard output and error.</summary>
internal sealed class ChildLog : IDisposable
{
    private readonly Lock gate = new();
    private readonly Queue<string> tail = new();
    private readonly StreamWriter file;
    private long written;

    public ChildLog(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        written = stream.Length;
        file = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true };
    }

    public void Add(string line)
    {
        lock (gate)
        {
            tail.Enqueue(line);
            if (tail.Count > ChildSpec.TailLines)
            {
                tail.Dequeue();
            }

            bool fitted = written <= ChildSpec.LogBytesMax;
            written += line.Length + 1;
            if (fitted)
            {
                file.WriteLine(written <= ChildSpec.LogBytesMax ? line : "(log limit reached, nothing more is kept)");
            }
        }
    }

    public IReadOnlyList<string> Tail()
    {
        lock (gate)
        {
            return [.. tail];
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            file.Dispose();
        }
    }
}
