using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Learning;

internal static class ClassNames
{
    public static ImmutableArray<string> OrNumbered(ImmutableArray<string> given, int labels, string path)
    {
        if (labels is < 2 or > Architecture.ClassesMax)
        {
            throw new DatasetException($"{path}: {labels} classes, limits are 2..{Architecture.ClassesMax}");
        }

        if (given.IsDefaultOrEmpty)
        {
            return [.. Enumerable.Range(0, labels).Select(c => $"class {c}")];
        }

        return labels <= given.Length
            ? given : throw new DatasetException($"{path}: label {labels - 1} where there are {given.Length} classes");
    }

    public static void CheckNoneEmpty(Records train, ImmutableArray<string> names, string where)
    {
        int empty = Array.IndexOf(train.CountPerClass(), 0);
        if (empty >= 0)
        {
            throw new DatasetException($"{where}: class {empty} ({names[empty]}) has no training record");
        }
    }
}
