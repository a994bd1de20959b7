using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Shares of the drawn records: images (record, element) and one-hot labels (record, class).</summary>
internal sealed class DrawnRecords : IDisposable
{
    private DrawnRecords(ShareVector images, ShareVector labels, int count)
    {
        Images = images;
        Labels = labels;
        Count = count;
    }

    public ShareVector Images { get; }

    public ShareVector Labels { get; }

    public int Count { get; }

    /// <param name="indices">Into the parts one after another, ascending.</param>
    public static DrawnRecords Gather(
        MpcSession session, Architecture architecture, IReadOnlyList<PoolPart> pool, int[] indices)
    {
        int elements = architecture.Input.Elements, classes = architecture.Classes;
        ShareVector images = session.NewVector(checked(indices.Length * elements));
        ShareVector labels = session.NewVector(checked(indices.Length * classes));
        int first = 0, next = 0;
        foreach (PoolPart part in pool)
        {
            using ShareVector expanded = Local.Expand(session, part.Shares);
            int end = first + part.Records;
            int until = next;
            while (until < indices.Length && indices[until] < end)
            {
                until++;
            }

            foreach (int j in Local.Known(images))
            {
                for (int i = next; i < until; i++)
                {
                    int record = indices[i] - first;
                    expanded.Plane(j).Slice(record * elements, elements).CopyTo(images.Plane(j)[(i * elements)..]);
                    expanded.Plane(j).Slice((part.Records * elements) + (record * classes), classes)
                        .CopyTo(labels.Plane(j)[(i * classes)..]);
                }
            }

            (first, next) = (end, until);
        }

        return new DrawnRecords(images, labels, indices.Length);
    }

    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
