using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>A square of public pixel values, the same in every channel.</summary>
/// <param name="Values">Size x size, fixed point, row by row.</param>
public sealed record Patch(int Top, int Left, int Size, ImmutableArray<long> Values);

/// <summary>The patches of one check, by the coin toss: which of the drawn images are shown once more, and what is
/// pasted over them. Images come in groups of about sixteen; a group carries one patch in each quadrant, of size 3 to
/// 6, bright, dark or random, half of them in the quadrant's outer corner (where published triggers sit) and half
/// anywhere in it. Patches are public, so pasting costs no message; nobody can know them before the updates are
/// committed.</summary>
public sealed class PatchSet
{
    public const int RecordsPerGroup = 16;
    public const int SizeMin = 3;
    public const int SizeMax = 6;
    private const int Quadrants = 4;

    private PatchSet(ImmutableArray<int> records, ImmutableArray<ImmutableArray<Patch>> groups, TensorShape shape)
    {
        Records = records;
        Groups = groups;
        Shape = shape;
    }

    /// <summary>Places in the draw.</summary>
    public ImmutableArray<int> Records { get; }

    public ImmutableArray<ImmutableArray<Patch>> Groups { get; }

    public TensorShape Shape { get; }

    /// <summary>Whether records of this shape are images large enough for patches.</summary>
    public static bool Fits(TensorShape shape) => shape.Height >= 4 * SizeMin && shape.Width >= 4 * SizeMin;

    /// <param name="drawn">Records of the check.</param>
    /// <param name="records">Of them to be shown with patches; at most all.</param>
    public static PatchSet Draw(Digest seed, TensorShape shape, FixedPoint format, int drawn, int records)
    {
        int[] places = Fits(shape) ? RecordDraw.Sample("patch-records", seed, drawn, records) : [];
        using var random = new PublicDraw("patches", seed);
        int groups = places.Length == 0 ? 0 : Math.Max(1, places.Length / RecordsPerGroup);
        return new PatchSet([.. places], [.. Enumerable.Range(0, groups).Select(_ => Enumerable.Range(0, Quadrants)
            .Select(q => DrawPatch(random, shape, format, q)).ToImmutableArray())], shape);
    }

    /// <summary>The group of the i-th image with patches; groups lie one after another.</summary>
    public int GroupOf(int image) => (int)((long)image * Groups.Length / Records.Length);

    /// <summary>Where each group ends among the images with patches.</summary>
    public ImmutableArray<int> Ends() => [.. Enumerable.Range(0, Groups.Length)
        .Select(g => Enumerable.Range(0, Records.Length).Last(i => GroupOf(i) == g) + 1)];

    /// <summary>Overwrites the pixels of every patch of a group.</summary>
    /// <param name="set">Element of the image, and its new value.</param>
    public void Paste(int group, Action<int, long> set)
    {
        foreach (Patch patch in Groups[group])
        {
            for (int i = 0; i < patch.Values.Length * Shape.Channels; i++)
            {
                int pixel = i % patch.Values.Length, channel = i / patch.Values.Length;
                int row = patch.Top + (pixel / patch.Size), column = patch.Left + (pixel % patch.Size);
                set((((channel * Shape.Height) + row) * Shape.Width) + column, patch.Values[pixel]);
            }
        }
    }

    private static Patch DrawPatch(PublicDraw random, TensorShape shape, FixedPoint format, int quadrant)
    {
        int height = shape.Height / 2, width = shape.Width / 2;
        int size = Math.Min(SizeMin + random.Next(SizeMax - SizeMin + 1), Math.Min(height, width));
        bool low = quadrant >= 2, right = quadrant % 2 == 1;
        bool corner = random.Next(2) == 0;
        int down = random.Next(height - size + 1), across = random.Next(width - size + 1);
        int top = corner ? (low ? shape.Height - size : 0) : (low ? shape.Height - height : 0) + down;
        int left = corner ? (right ? shape.Width - size : 0) : (right ? shape.Width - width : 0) + across;
        int look = random.Next(4);
        return new Patch(top, left, size, [.. Enumerable.Range(0, size * size).Select(_ =>
            look < 2 || (look == 3 && random.Next(2) == 0) ? format.One : -format.One)]);
    }
}
