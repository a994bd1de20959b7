namespace ChainHealth.Edge.Experiments;

/// <summary>Sums and angles of parameter vectors.</summary>
internal static class Vectors
{
    public static float[] Plus(float[] a, float[] b)
    {
        var sum = new float[a.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = a[i] + b[i];
        }

        return sum;
    }

    public static float[] Minus(float[] a, float[] b)
    {
        var difference = new float[a.Length];
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] = a[i] - b[i];
        }

        return difference;
    }

    /// <summary>1000 times the cosine; 0 where a vector is zero.</summary>
    public static double CosinePerMille(float[] a, float[] b)
    {
        double product = 0, first = 0, second = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            first += (double)a[i] * a[i];
            second += (double)b[i] * b[i];
        }

        return first == 0 || second == 0 ? 0 : 1000 * product / Math.Sqrt(first * second);
    }
}
