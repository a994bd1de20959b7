using System.Globalization;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Sealed share packages that wait for their round, one file for each address, under a limit for all of them
/// together. They are as secret as the key they are sealed to; they are deleted when their round is over.</summary>
internal sealed class PackageStore
{
    public const long BytesMaxDefault = 4L * 1024 * 1024 * 1024;

    private const string Suffix = ".package";

    private readonly string _folder;
    private readonly long _bytesMax;
    private readonly Lock _gate = new();
    private readonly Dictionary<PackageAddress, long> _bytes = [];

    public PackageStore(string folder, long bytesMax = BytesMaxDefault)
    {
        _folder = folder;
        _bytesMax = bytesMax;
        Directory.CreateDirectory(folder);
        Disk.DeleteTemporaries(folder);
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*" + Suffix))
        {
            if (AddressOf(Path.GetFileNameWithoutExtension(file.Name)) is { } address)
            {
                _bytes[address] = file.Length;
            }
        }
    }

    public IReadOnlyCollection<PackageAddress> Addresses
    {
        get
        {
            lock (_gate)
            {
                return [.. _bytes.Keys];
            }
        }
    }

    public bool Has(PackageAddress address)
    {
        lock (_gate)
        {
            return _bytes.ContainsKey(address);
        }
    }

    /// <summary>Null when it is on disk; else why not. Replaces an earlier one of this address.</summary>
    public string? TryPut(PackageAddress address, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            long others = _bytes.Values.Sum() - _bytes.GetValueOrDefault(address);
            if (others + content.Length > _bytesMax)
            {
                return $"the package store is full: {others} of {_bytesMax} bytes are taken";
            }

            Disk.WriteAtomically(PathOf(address), content);
            _bytes[address] = content.Length;
            return null;
        }
    }

    public byte[]? Read(PackageAddress address)
    {
        lock (_gate)
        {
            return _bytes.ContainsKey(address) ? File.ReadAllBytes(PathOf(address)) : null;
        }
    }

    /// <summary>How many were there.</summary>
    public int Erase(Func<PackageAddress, bool> isOver)
    {
        lock (_gate)
        {
            PackageAddress[] over = [.. _bytes.Keys.Where(isOver)];
            foreach (PackageAddress address in over)
            {
                File.Delete(PathOf(address));
                _bytes.Remove(address);
            }

            return over.Length;
        }
    }

    private static PackageAddress? AddressOf(string name)
    {
        string[] parts = name.Split('-');
        return parts.Length == 3
            && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint run)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int round)
            && uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint owner)
            ? new PackageAddress(new RunId(run), round, new MemberId(owner))
            : null;
    }

    private string PathOf(PackageAddress a) => Path.Combine(_folder, string.Create(
        CultureInfo.InvariantCulture, $"{a.Run.Value}-{a.Round}-{a.Owner.Value}{Suffix}"));
}
