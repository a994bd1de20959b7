using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Shares of the drawn records: images (record, element) and one-hot labels (record, class).</summary>
internal sealed class DrawnRecords : IDisposable
{
    private readonly int _elements;
    private readonly int _classes;

    private DrawnRecords(MpcSession session, int elements, int classes, int count)
    {
        (_elements, _classes, Count) = (elements, classes, count);
        Images = session.NewVector(checked(count * elements));
        Labels = session.NewVector(checked(count * classes));
    }

    public ShareVector Images { get; }

    public ShareVector Labels { get; }

    public int Count { get; }

    /// <param name="indices">Into the parts one after another, ascending.</param>
    public static DrawnRecords Gather(
        MpcSession session, Architecture architecture, IReadOnlyList<PoolPart> pool, int[] indices)
    {
        int elements = architecture.Input.Elements, classes = architecture.Classes;
        var drawn = new DrawnRecords(session, elements, classes, indices.Length);
        int first = 0, next = 0;
        foreach (PoolPart part in pool)
        {
            using ShareVector expanded = Local.Expand(session, part.Shares);
            for (; next < indices.Length && indices[next] < first + part.Records; next++)
            {
                drawn.Set(next, expanded, indices[next] - first, part.Records);
            }

            first += part.Records;
        }

        return drawn;
    }

    /// <summary>Some of these records, in the order of <paramref name="places"/>.</summary>
    public DrawnRecords Take(MpcSession session, IReadOnlyList<int> places)
    {
        var taken = new DrawnRecords(session, _elements, _classes, places.Count);
        foreach (int j in Local.Known(Images))
        {
            for (int i = 0; i < places.Count; i++)
            {
                Images.Plane(j).Slice(places[i] * _elements, _elements)
                    .CopyTo(taken.Images.Plane(j)[(i * _elements)..]);
                Labels.Plane(j).Slice(places[i] * _classes, _classes).CopyTo(taken.Labels.Plane(j)[(i * _classes)..]);
            }
        }

        return taken;
    }

    /// <summary>These records, then those that the set shows once more, with its patches. In place of a label each of
    /// the latter has 1 - label: what an answer with that class counts as a false one.</summary>
    public DrawnRecords WithPatches(MpcSession session, PatchSet patches)
    {
        DrawnRecords all = Take(session, [.. Enumerable.Range(0, Count), .. patches.Records]);
        foreach (int j in Local.Known(Images))
        {
            for (int i = 0; i < patches.Records.Length; i++)
            {
                // A public value stands in share 0.
                int at = (Count + i) * _elements;
                patches.Paste(patches.GroupOf(i), (element, value) =>
                    all.Images.Plane(j)[at + element] = j == 0 ? unchecked((ulong)value) : 0);
            }

            foreach (ref ulong label in all.Labels.Plane(j)[(Count * _classes)..])
            {
                label = unchecked((j == 0 ? 1UL : 0) - label);
            }
        }

        return all;
    }

    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }

    private void Set(int place, ShareVector part, int record, int records)
    {
        foreach (int j in Local.Known(part))
        {
            ReadOnlySpan<ulong> plane = part.Plane(j);
            plane.Slice(record * _elements, _elements).CopyTo(Images.Plane(j)[(place * _elements)..]);
            plane.Slice((records * _elements) + (record * _classes), _classes)
                .CopyTo(Labels.Plane(j)[(place * _classes)..]);
        }
    }
}
