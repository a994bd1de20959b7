using System.IO.Compression;
using System.Text;

namespace ChainHealth.Learning.Tests;

/// <summary>Writes small .npz archives, good ones and broken ones.</summary>
internal sealed class NpzBuilder
{
    private readonly Dictionary<string, byte[]> members = [];

    /// <summary>Two records for each split, 2 x 2 grey, of classes 0 and 1.</summary>
    public static NpzBuilder Small()
    {
        var builder = new NpzBuilder();
        foreach (string split in new[] { "train", "val", "test" })
        {
            builder.With($"{split}_images", "(2, 2, 2)", [0, 255, 0, 51, 102, 153, 204, 255]);
            builder.With($"{split}_labels", "(2, 1)", [0, 1]);
        }

        return builder;
    }

    public static byte[] Npy(string shape, byte[] content, string type = "|u1", string order = "False")
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}";
        header = header.PadRight(117) + "\n";
        byte[] head = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0];
        return [.. head, .. Encoding.ASCII.GetBytes(header), .. content];
    }

    public NpzBuilder With(string member, string shape, byte[] content, string type = "|u1", string order = "False")
    {
        members[member] = Npy(shape, content, type, order);
        return this;
    }

    public NpzBuilder Without(string member)
    {
        members.Remove(member);
        return this;
    }

    public string Save(TemporaryFolder folder, string name = "small.npz")
    {
        using FileStream file = File.Create(folder[name]);
        using var archive = new ZipArchive(file, ZipArchiveMode.Create);
        foreach ((string member, byte[] content) in members)
        {
            using Stream entry = archive.CreateEntry(member + ".npy").Open();
            entry.Write(content);
        }

        return folder[name];
    }
}
