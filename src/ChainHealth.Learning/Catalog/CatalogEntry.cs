using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>A data set that the product knows by name.</summary>
/// <param name="FileNames">Names under which the file is looked for, the publisher's own first; empty for the embedded
/// set.</param>
/// <param name="Checksums">"md5:..." or "sha256:..." of the known copies; the first is what a download must
/// have.</param>
/// <param name="Download">Where the publisher serves the file; null where it serves no such file.</param>
public sealed record CatalogEntry(
    string Name,
    string Title,
    ImmutableArray<string> FileNames,
    ImmutableArray<string> Checksums,
    ImmutableArray<string> ClassNames,
    string Licence,
    string Source,
    Uri? Download)
{
    public bool Embedded => FileNames.IsEmpty;
}
