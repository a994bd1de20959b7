namespace ChainHealth.Learning;

/// <summary>Bounds what one hospital can do to the sum.</summary>
public static class UpdateClipping
{
    /// <summary>Scales the update down, in place, to Euclidean norm <paramref name="normMax"/> where it is longer.
    /// </summary>
    /// <returns>The factor applied; 1 where nothing changed.</returns>
    public static double Clip(Span<float> update, double normMax)
    {
        double norm = ParameterVector.Norm(update);
        if (norm <= normMax)
        {
            return 1;
        }

        double factor = normMax / norm;
        for (int i = 0; i < update.Length; i++)
        {
            update[i] = (float)(update[i] * factor);
        }

        return factor;
    }
}
