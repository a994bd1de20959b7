using System.Globalization;
using System.Reflection;

namespace ChainHealth.Testing;

/// <summary>Malformed frames that were once worth a thought; new ones are added to frames.txt and stay. A listener
/// must hang up on each, without a crash and before it allocates what they announce.</summary>
public static class FrameCorpus
{
    /// <summary>Name and bytes, as they follow a good greeting on a client connection.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Frames { get; } = Read("frames.txt");

    /// <summary>The same between validators.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> PeerFrames { get; } = Read("peer-frames.txt");

    private static List<(string Name, byte[] Bytes)> Read(string name)
    {
        using Stream file = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(file);
        List<(string, byte[])> frames = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                string[] parts = line.Split(':', 2);
                frames.Add((parts[0].Trim(), Parse(parts[1].Trim())));
            }
        }

        return frames;
    }

    /// <summary>Hexadecimal; "xx*n" stands for n times that byte.</summary>
    private static byte[] Parse(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(token =>
            token.Split('*') is [var one, var times]
                ? Enumerable.Repeat(Convert.FromHexString(one)[0], int.Parse(times, CultureInfo.InvariantCulture))
                : Convert.FromHexString(token)),
    ];
}
