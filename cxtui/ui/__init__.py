"""The screen: draws what the engine knows and turns keys into acts. Owns no facts that outlive it."""
