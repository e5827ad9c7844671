"""The pages: thin views over practice/, and the frame that keeps them locked, quiet and safe."""
