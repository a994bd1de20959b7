using System.Numerics;

namespace ChainHealth.Mpc;

/// <summary>Compares shared counts with public margins, without division: 1000 (count of one model - count of another)
/// + margin * size is not negative (in lowest terms), where the size is the shared number of records that could count
/// (0 passes). One condition is a block of bits, one for each subject; all are decided in one comparison.</summary>
/// <param name="counts">(model, class, segment), as <see cref="CorrectAnswers"/> gives them.</param>
/// <param name="weights">(image, class), those of the count.</param>
/// <param name="subjects">Hospitals, or 1.</param>
internal sealed class CountConditions(ShareVector counts, ShareVector weights, int[] ends, int classes, int subjects)
{
    /// <summary>In place of a model: nothing is subtracted.</summary>
    public const int NoModel = -1;

    /// <summary>In place of a class: all together.</summary>
    public const int AllClasses = -1;

    private const int PerMille = 1000;

    private readonly List<Condition> _conditions = [];

    private readonly record struct Condition(
        Func<int, int> Model, Func<int, int> Than, int Margin, int Segment, int Class);

    public int BlockWords => BitPlanes.Words(subjects);

    /// <param name="model">Which model's count must be large enough, by subject.</param>
    /// <param name="than">Compared with which model's count.</param>
    /// <param name="margin">Per mille of the size; negative for a floor.</param>
    public void Add(Func<int, int> model, Func<int, int> than, int margin, int segment, int ofClass) =>
        _conditions.Add(new Condition(model, than, margin, segment, ofClass));

    /// <summary>The same for each class.</summary>
    public void AddEachClass(Func<int, int> model, Func<int, int> than, int margin, int segment)
    {
        for (int k = 0; k < classes; k++)
        {
            Add(model, than, margin, segment, k);
        }
    }

    /// <returns>(condition, subject padded to whole words with ones).</returns>
    public async ValueTask<ShareVector> DecideAsync(MpcSession session, CancellationToken cancellation)
    {
        int block = BlockWords * BitPlanes.WordBits;
        int common = CommonDivisor();
        ulong unit = (ulong)(PerMille / common);
        using ShareVector values = session.NewVector(checked(_conditions.Count * block)).Clear();
        foreach (int j in Local.Known(values))
        {
            Span<ulong> target = values.Plane(j);
            ulong[] sizes = Sizes(weights.Plane(j));
            for (int i = 0; i < _conditions.Count; i++)
            {
                Condition condition = _conditions[i];
                ulong size = SumOver(condition.Class, k => sizes[(condition.Segment * classes) + k]);
                for (int s = 0; s < subjects; s++)
                {
                    ulong count = Count(j, condition.Model(s), condition);
                    ulong than = Count(j, condition.Than(s), condition);
                    target[(i * block) + s] =
                        unchecked((unit * (count - than)) + ((ulong)(condition.Margin / common) * size));
                }
            }
        }

        return await Comparison.IsNotNegativeAsync(session, values, WindowFor(unit, ends[^1]), cancellation);
    }

    /// <summary>Of all per mille here: in lowest terms the values are small, and a narrow window saves an exchange.
    /// </summary>
    private int CommonDivisor()
    {
        int common = PerMille;
        foreach (Condition condition in _conditions)
        {
            common = (int)BigInteger.GreatestCommonDivisor(common, condition.Margin);
        }

        return common;
    }

    /// <summary>A value is at most twice the unit for each record: 23 bits for 4,096 records in units of 1/1000.
    /// </summary>
    private static Window WindowFor(ulong unit, int records) =>
        new(0, Math.Max(Window.BitsMin, BitOperations.Log2(checked(2 * unit * (ulong)records)) + 2));

    private ulong Count(int share, int model, Condition condition)
    {
        if (model == NoModel)
        {
            return 0;
        }

        return SumOver(condition.Class,
            k => counts.Plane(share)[(((model * classes) + k) * ends.Length) + condition.Segment]);
    }

    private ulong SumOver(int ofClass, Func<int, ulong> value)
    {
        ulong sum = 0;
        for (int k = 0; k < classes; k++)
        {
            sum = unchecked(sum + (ofClass == AllClasses || ofClass == k ? value(k) : 0));
        }

        return sum;
    }

    /// <summary>(segment, class).</summary>
    private ulong[] Sizes(ReadOnlySpan<ulong> plane)
    {
        var sizes = new ulong[ends.Length * classes];
        for (int image = 0, segment = 0; image < ends[^1]; image++)
        {
            while (image >= ends[segment])
            {
                segment++;
            }

            for (int k = 0; k < classes; k++)
            {
                ref ulong size = ref sizes[(segment * classes) + k];
                size = unchecked(size + plane[(image * classes) + k]);
            }
        }

        return sizes;
    }
}
